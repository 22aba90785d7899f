"""Evidence (佐证): files that prove, in a private store under the digest of their content."""
