//! Files that the libraries of the field wrote, and files that are made here.

mod classic;
mod fixtures;
mod hdf5;
