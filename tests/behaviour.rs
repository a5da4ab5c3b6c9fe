//! Behaviour of every handler with every file. The cases are data: `test_data/`, `tests/bad/`, `tests/cases/`, `tests/expected/`.

mod behaviour {
    mod arrays;
    mod bad;
    mod cases;
    mod corpus;
    mod expected_documents;
    mod form;
    mod hostile;
    mod identified;
    mod kit;
    mod matrix;
    mod scratch;
    mod variants;
}
