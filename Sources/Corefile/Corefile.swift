// Corefile
