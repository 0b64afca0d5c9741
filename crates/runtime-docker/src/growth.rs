//! What an image's parts unpack to, counted before the engine has any of them: a small file can hold very much.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use tar::{Entry, EntryType, PaxExtensions};

use crate::archive_problem::ArchiveProblem;
use crate::frames::{Frames, ZSTANDARD};

/// How many bytes more than its file an image may have.
pub(crate) const MOST: u64 = 4 << 30;
/// How much is read of what a tar says of an entry beside its header.
const LONGEST_SAID: u64 = 1 << 20;
/// How what is packed with gzip begins, and what an engine unpacks and is not read here: xz, bzip2.
const GZIP: &[u8] = &[0x1f, 0x8b];
const OTHERS: [&[u8]; 2] = [&[0xfd, b'7', b'z'], b"BZh"];
/// The sizes that a tar may state of a file with holes, or of one that is longer than a header can say.
const SIZES: [&[u8]; 3] = [b"GNU.sparse.realsize", b"GNU.sparse.size", b"size"];

/// How many bytes more may still come.
#[derive(Debug)]
pub(crate) struct Growth {
    left: u64,
}

impl Default for Growth {
    fn default() -> Self {
        Self { left: MOST }
    }
}

/// What is read, how much that was, and whether it came to a bad end.
struct Counted<R> {
    from: R,
    bytes: u64,
    broken: Option<String>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(into).inspect_err(|error| self.broken = Some(error.to_string()))?;
        self.bytes += length as u64;
        Ok(length)
    }
}

impl Growth {
    /// Counts a part of so many bytes.
    ///
    /// # Errors
    /// When it unpacks to more than may still come, or its size can't be known.
    pub(crate) fn add(&mut self, name: &str, bytes: u64, part: impl Read) -> Result<(), ArchiveProblem> {
        let most = bytes.saturating_add(self.left);
        let damaged = |problem: String| ArchiveProblem::Part { part: name.to_owned(), problem };
        let mut part = BufReader::with_capacity(64 << 10, part);
        let beginning = part.fill_buf()?;
        if OTHERS.iter().any(|sign| beginning.starts_with(sign)) {
            return Err(damaged("it is packed in a way that is not read here, and gzip is".to_owned()));
        }
        let (unpacked, is_packed): (Box<dyn Read + '_>, bool) = if beginning.starts_with(GZIP) {
            (Box::new(MultiGzDecoder::new(part)), true)
        } else if beginning.starts_with(&ZSTANDARD) {
            (Box::new(Frames::of(part)), true)
        } else {
            (Box::new(part), false)
        };
        let mut counted = Counted { from: unpacked.take(most.saturating_add(1)), bytes: 0, broken: None };
        let stated = stated(&mut counted, most);
        // A tar may end before what it lies in does.
        if is_packed && counted.broken.is_none() {
            let _ = io::copy(&mut counted, &mut io::sink());
        }
        let found = counted.bytes.max(*stated.as_ref().unwrap_or(&0));
        if found > most {
            return Err(ArchiveProblem::Grows { limit: MOST });
        }
        if let Some(problem) = counted.broken {
            return Err(damaged(problem));
        }
        stated.map_err(damaged)?;
        self.left -= found.saturating_sub(bytes);
        Ok(())
    }
}

/// How many bytes the files of a tar have, as far as it says more than `most`; 0 where it is none.
fn stated(tar: &mut impl Read, most: u64) -> Result<u64, String> {
    let mut archive = tar::Archive::new(tar);
    let mut sum = 0_u64;
    let Ok(entries) = archive.entries() else { return Ok(0) };
    // As they stand: what is said of an entry is read within bounds here, and by the library without.
    for (number, entry) in entries.raw(true).enumerate() {
        let mut entry = match entry {
            Ok(entry) => entry,
            // A configuration, say.
            Err(_) if number == 0 => return Ok(0),
            Err(error) => return Err(error.to_string()),
        };
        sum = sum.saturating_add(size(&mut entry));
        if sum > most {
            break;
        }
    }
    Ok(sum)
}

/// How many bytes an entry takes once it is unpacked. What can't be followed is taken for endless.
fn size(entry: &mut Entry<'_, impl Read>) -> u64 {
    let header = entry.header();
    match header.entry_type() {
        EntryType::GNUSparse => match header.as_gnu() {
            Some(gnu) if !gnu.is_extended() => gnu.real_size().unwrap_or(u64::MAX).max(entry.size()),
            _ => u64::MAX,
        },
        EntryType::XHeader | EntryType::XGlobalHeader => {
            let mut said = Vec::new();
            if entry.size() > LONGEST_SAID || entry.take(LONGEST_SAID).read_to_end(&mut said).is_err() {
                return u64::MAX;
            }
            let sizes = PaxExtensions::new(&said).flatten().filter(|said| SIZES.contains(&said.key_bytes()));
            sizes.fold(0, |sum: u64, said| {
                let size = said.value().ok().and_then(|value| value.parse().ok());
                sum.saturating_add(size.unwrap_or(u64::MAX))
            })
        }
        _ => entry.size(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};
    use tar::{Builder, Header};

    use super::*;

    fn tar_of(zeros: u64) -> Vec<u8> {
        let mut tar = Builder::new(Vec::new());
        let mut header = Header::new_gnu();
        header.set_size(zeros);
        tar.append_data(&mut header, "a", io::repeat(0).take(zeros)).unwrap();
        tar.into_inner().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn left_after(left: u64, part: &[u8]) -> Result<u64, String> {
        let mut growth = Growth { left };
        growth.add("l", part.len() as u64, part).map_err(|problem| problem.to_string())?;
        Ok(growth.left)
    }

    #[test]
    fn what_is_packed_counts_as_it_unpacks_and_what_lies_there_plainly_as_nothing() {
        let plain = tar_of(100_000);
        assert_eq!(left_after(10, &plain), Ok(10));
        assert_eq!(left_after(10, b"{\"os\":\"linux\"}"), Ok(10));
        for packed in [gzip(&plain), compress_to_vec(&plain[..], CompressionLevel::Fastest)] {
            let grows = (plain.len() - packed.len()) as u64;
            assert_eq!(left_after(grows, &packed), Ok(0));
            assert!(left_after(grows - 1, &packed).unwrap_err().contains("bytes more than its file"));
        }
        // A second member behind the first counts too.
        let twice = [gzip(&plain), gzip(&plain)].concat();
        assert!(left_after(150_000, &twice).is_err());
    }

    #[test]
    fn holes_count_as_they_are_filled() {
        let mut sparse = Header::new_gnu();
        sparse.set_entry_type(EntryType::GNUSparse);
        sparse.set_path("a").unwrap();
        sparse.set_size(0);
        sparse.as_gnu_mut().unwrap().realsize[..11].copy_from_slice(b"77777777777");
        sparse.set_cksum();
        let layer = [&sparse.as_bytes()[..], &[0; 1024]].concat();
        assert!(left_after(MOST, &layer).is_err());
        let mut pax = Builder::new(Vec::new());
        pax.append_pax_extensions([("GNU.sparse.realsize", b"9000000000".as_slice())]).unwrap();
        let layer = pax.into_inner().unwrap();
        assert!(left_after(MOST, &layer).is_err());
    }

    #[test]
    fn what_can_t_be_counted_is_not_taken() {
        let packed = gzip(&tar_of(100_000));
        assert!(left_after(MOST, &packed[..packed.len() / 2]).unwrap_err().contains("`l`"));
        assert!(left_after(MOST, b"BZh91AY").unwrap_err().contains("and gzip is"));
    }
}
