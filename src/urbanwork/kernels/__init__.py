"""Arrays in, arrays out, compiled. Nothing here opens a file or knows what a school is.

| module | what it answers |
|---|---|
| `graph` | the street network as arrays, and points on its edges |
| `reach` | how far is the nearest place of each category, and which one is it |
| `counts` | how many places lie within each radius |
| `between` | how far apart are given pairs; means over what each node reaches |
| `path` | the shortest way itself, edge by edge |
| `components` | which parts of the network hang together |
| `zonal` | exact sums of a raster over polygons |
| `windows` | sums over all points within a straight distance |
| `threads` | how many threads share the work; results never depend on it |
| `warm` | compiles kernels, once, while setting up |
| `waiting` | tells who waits that a kernel compiles at its first use |

Importing this package loads no compiler; the modules that need one do. `search` and `coverage`
hold the compiled loops, `legs` the ways between points and nodes.

Machine code is kept beside the source, or in the user's cache folder where the package is
read-only, or in the folder of the environment variable NUMBA_CACHE_DIR.
"""
