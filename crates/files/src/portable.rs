//! Paths in JSON: a text where they are one, else the list of their bytes, so that none is lost on the way. For
//! `#[serde(with = "…")]` of a path, of one that may be absent, and of a list.

use std::path::{Path, PathBuf};

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What can be written so.
pub trait Portable: Sized {
    /// As it is written.
    type Written: Serialize + DeserializeOwned;

    /// To be written.
    fn written(&self) -> Self::Written;

    /// As it was; `None` where no path here can have these bytes.
    fn read(written: Self::Written) -> Option<Self>;
}

/// A path as it is written.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum Spelled {
    /// It is text.
    Text(PathBuf),
    /// It is not.
    Bytes(Vec<u8>),
}

impl Portable for PathBuf {
    type Written = Spelled;

    fn written(&self) -> Spelled {
        match self.to_str() {
            Some(_) => Spelled::Text(self.clone()),
            None => Spelled::Bytes(bytes(self)),
        }
    }

    fn read(written: Spelled) -> Option<Self> {
        match written {
            Spelled::Text(path) => Some(path),
            Spelled::Bytes(bytes) => path(bytes),
        }
    }
}

impl Portable for Option<PathBuf> {
    type Written = Option<Spelled>;

    fn written(&self) -> Self::Written {
        self.as_ref().map(Portable::written)
    }

    fn read(written: Self::Written) -> Option<Self> {
        written.map_or(Some(None), |path| Portable::read(path).map(Some))
    }
}

impl Portable for Vec<PathBuf> {
    type Written = Vec<Spelled>;

    fn written(&self) -> Self::Written {
        self.iter().map(Portable::written).collect()
    }

    fn read(written: Self::Written) -> Option<Self> {
        written.into_iter().map(Portable::read).collect()
    }
}

/// Writes paths.
///
/// # Errors
/// Those of what is written to.
pub fn serialize<P: Portable, S: Serializer>(paths: &P, to: S) -> Result<S::Ok, S::Error> {
    paths.written().serialize(to)
}

/// Reads paths.
///
/// # Errors
/// When what stands there is none, or none that this system can have.
pub fn deserialize<'de, P: Portable, D: Deserializer<'de>>(from: D) -> Result<P, D::Error> {
    P::read(P::Written::deserialize(from)?).ok_or_else(|| D::Error::custom("no path here has these bytes"))
}

#[cfg(unix)]
fn bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
fn path(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct All {
        #[serde(with = "super")]
        one: PathBuf,
        #[serde(with = "super", default)]
        other: Option<PathBuf>,
        #[serde(with = "super")]
        list: Vec<PathBuf>,
    }

    #[test]
    fn a_path_is_a_text_where_it_is_one_and_comes_back_whatever_it_is() {
        let latin = PathBuf::from(OsStr::from_bytes(b"/tmp/caf\xe9"));
        let all = All { one: "/tmp/café".into(), other: Some(latin.clone()), list: vec![latin, "a".into()] };
        let text = serde_json::to_string(&all).unwrap();
        let bytes = "[47,116,109,112,47,99,97,102,233]";
        assert_eq!(text, format!(r#"{{"one":"/tmp/café","other":{bytes},"list":[{bytes},"a"]}}"#));
        assert_eq!(serde_json::from_str::<All>(&text).unwrap(), all);
        let none: All = serde_json::from_str(r#"{"one":"a","list":[]}"#).unwrap();
        assert_eq!(none.other, None);
        assert!(serde_json::from_str::<All>(r#"{"one":[999],"list":[]}"#).is_err());
    }
}
