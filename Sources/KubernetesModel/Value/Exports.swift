// `Fields` is an ordered dictionary: whoever works with objects needs its members too.
@_exported public import OrderedCollections
