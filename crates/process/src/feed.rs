use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread::Builder;

/// Enough for a thread that writes.
const STACK_BYTES: usize = 64 << 10;

/// The reading end of a pipe that gives these bytes and then its end. The thread that writes them goes when they are read,
/// or nobody is left who could.
pub(crate) fn feed(bytes: Arc<[u8]>) -> io::Result<OwnedFd> {
    let (read, mut write) = io::pipe()?;
    let give = move || {
        // A program that ends before it has read all is no fault.
        let _ = write.write_all(&bytes);
    };
    Builder::new().name("stdin".to_owned()).stack_size(STACK_BYTES).spawn(give)?;
    Ok(read.into())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Read as _;

    use super::*;

    #[test]
    fn more_than_a_pipe_holds_is_given_and_then_its_end() {
        let bytes: Arc<[u8]> = vec![b'x'; 1 << 20].into();
        let mut read = Vec::new();
        File::from(feed(Arc::clone(&bytes)).unwrap()).read_to_end(&mut read).unwrap();
        assert_eq!(*read, *bytes);
        drop(feed(bytes).unwrap());
    }
}
