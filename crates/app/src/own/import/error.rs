use plimsoll_files::Unread;

use crate::own::question::MOST_REQUESTS;

/// Why a file gives no requests.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    /// It can't be read.
    #[error("could not read `{file}`: name a file that is there, and smaller")]
    Unread {
        /// The file.
        file: String,
        /// Why.
        source: Unread,
    },
    /// It is no HAR.
    #[error(
        "`{file}` is no HAR at line {line}, column {column}: save it again, with `Save all as HAR` in the network tab of a \
         browser"
    )]
    NoHar {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong there.
        source: serde_json::Error,
    },
    /// It is neither JSON nor YAML.
    #[error("`{file}` is no {form} at line {line}, column {column}: {why}; correct it there")]
    NoDocument {
        /// The file.
        file: String,
        /// What it seemed to be.
        form: &'static str,
        /// Line, from 1; 0 where that is not known.
        line: u64,
        /// Column, from 1; 0 where that is not known.
        column: u64,
        /// What is wrong there.
        why: String,
    },
    /// A YAML document that grows beyond sense once its anchors are followed.
    #[error(
        "`{file}` is larger than an OpenAPI document may be once its anchors are followed ({why}): write it without them"
    )]
    TooMuch {
        /// The file.
        file: String,
        /// Of what there is too much.
        why: String,
    },
    /// A document of OpenAPI 2.
    #[error(
        "`{file}` is a document of OpenAPI 2 (Swagger), and version 3 is read: convert it, e.g. with `swagger2openapi` or in \
         the menu `Edit` of editor.swagger.io"
    )]
    Swagger {
        /// The file.
        file: String,
    },
    /// A document of something else.
    #[error(
        "`{file}` is no OpenAPI document: it has to say its version, e.g. `openapi: 3.1.0`, and has {found}"
    )]
    NoOpenApi {
        /// The file.
        file: String,
        /// What it has instead.
        found: String,
    },
    /// Nothing in it can be asked.
    #[error(
        "`{file}` holds no request that can be made: give its requests what they lack, or name paths to ask for by hand"
    )]
    Nothing {
        /// The file.
        file: String,
        /// Why each is left out.
        #[source]
        why: Reasons,
    },
    /// More than are taken.
    #[error(
        "`{file}` holds {found} different requests, and at most {MOST_REQUESTS} are taken: remove those that the question is \
         not about"
    )]
    TooMany {
        /// The file.
        file: String,
        /// How many it holds.
        found: usize,
    },
}

/// Sentences.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join(" "))]
pub(crate) struct Reasons(pub(super) Vec<String>);
