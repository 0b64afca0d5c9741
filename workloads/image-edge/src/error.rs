//! What a client is told when its picture can't be had.

use plimsoll_sides::Response;

const TEXT: &str = "text/plain; charset=utf-8";

#[derive(Debug)]
pub(crate) enum Failure {
    /// The path.
    NotFound(String),
    /// The method.
    MethodNotAllowed(String),
    /// What is wrong with a parameter.
    BadParameter(String),
    /// The picture is of another format, or none.
    UnknownFormat,
    /// What the decoder says.
    BrokenPicture(String),
    /// What is too large, and the limit.
    TooLarge(String),
    /// What the resizer or the encoder says.
    Internal(String),
}

impl Failure {
    pub(crate) fn into_response(self) -> Response {
        let (status, told) = match self {
            Self::NotFound(path) => (404, format!("nothing is served at `{path}`\n")),
            Self::MethodNotAllowed(method) => {
                let told = format!("`{method}` is not allowed here: use POST\n");
                return Response::method_not_allowed("POST", TEXT, told.into_bytes());
            }
            Self::BadParameter(told) => (400, format!("{told}\n")),
            Self::UnknownFormat => (415, "the body is neither a JPEG nor a PNG\n".to_owned()),
            Self::BrokenPicture(told) => (400, format!("the picture can't be decoded: {told}\n")),
            Self::TooLarge(told) => (413, format!("{told}\n")),
            Self::Internal(told) => (500, format!("the picture could not be made: {told}\n")),
        };
        Response::new(status, TEXT, told.into_bytes())
    }
}
