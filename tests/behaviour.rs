//! One suite over handler × file: cases are data, in `test_data/`, `tests/bad/`, `tests/expected/` and the tables here.

mod behaviour {
    mod arrays;
    mod bad;
    mod corpus;
    mod form;
    mod hostile;
    mod identified;
    mod kit;
    mod matrix;
    mod scratch;
    mod variants;
    mod yields;
}
