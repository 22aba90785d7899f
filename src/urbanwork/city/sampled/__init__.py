"""A city as a peer samples it: points along its streets within a population grid."""
