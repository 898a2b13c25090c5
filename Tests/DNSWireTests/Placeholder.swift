// Filled with the first tests of its target.
