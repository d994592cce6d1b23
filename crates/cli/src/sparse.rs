//! Reading of a binary module what running it needs, by two threads.
//!
//! Owns: [`read`]. Called by `source`. Reading a large file is as long as a
//! good part of compiling what a program's start needs: memory for it is made
//! page by page. So two threads read, and what sections for debuggers hold is
//! not read at all: it is half of some modules, and nothing looks at it when a
//! program runs. Those bytes are zero, and no memory is made for them (python,
//! 25 MiB of which 13 MiB are for debuggers: see `run`).
//!
//! Whatever looks odd here is read as it is, and left to the engine to judge.

use std::fs::File;
use std::io;
use std::iter;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Smaller files are not worth a second thread.
const MIN_BYTES: usize = 1 << 20;
/// Larger ones are read as all others.
const MAX_BYTES: usize = 256 << 20;
/// Bytes that a thread reads in one go.
const PIECE_BYTES: usize = 512 << 10;
/// Sections that are looked at: each costs a system call.
const MAX_SECTIONS: usize = 256;
/// Bytes that hold the beginning of a section: id, length, and of a custom
/// section the length of the name and the beginning of the name.
const HEAD_BYTES: usize = 32;
/// What names of sections for debuggers begin with.
const DEBUG_PREFIX: &[u8] = b".debug_";

const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

/// The bytes of a module of that length; nothing if it is to be read whole.
pub fn read(file: &File, len: u64) -> io::Result<Option<Vec<u8>>> {
    let Some(len) = usize::try_from(len).ok().filter(|n| (MIN_BYTES..=MAX_BYTES).contains(n))
    else {
        return Ok(None);
    };
    let mut header = [0; HEADER.len()];
    file.read_exact_at(&mut header, 0)?;
    if header != HEADER {
        return Ok(None);
    }
    let holes = holes(file, len)?;
    // Zeroed memory cannot be asked for without aborting where there is none.
    Vec::<u8>::new().try_reserve_exact(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut bytes = vec![0; len];
    fill(file, &mut bytes, &holes)?;
    Ok(Some(bytes))
}

/// Ranges that nothing looks at, in order.
fn holes(file: &File, len: usize) -> io::Result<Vec<Range<usize>>> {
    let mut holes = Vec::new();
    let mut at = HEADER.len();
    for _ in 0..MAX_SECTIONS {
        if at >= len {
            break;
        }
        let mut head = [0; HEAD_BYTES];
        let head = &mut head[..HEAD_BYTES.min(len - at)];
        file.read_exact_at(head, at as u64)?;
        let Some((start, size)) = leb(head, 1) else { break };
        let end = at + start + size;
        if end > len {
            break;
        }
        if head[0] == 0
            && let Some((name, n)) = leb(head, start)
            && name + n <= HEAD_BYTES.min(end - at)
            && head[name..][..n].starts_with(DEBUG_PREFIX)
        {
            holes.push(at + name + n..end);
        }
        at = end;
    }
    Ok(holes)
}

/// A number of at most 32 bits, and where it ends.
fn leb(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut value = 0u64;
    for (i, byte) in bytes.get(at..)?.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((at + i + 1, u32::try_from(value).ok()? as usize));
        }
    }
    None
}

/// Reads everything but the holes.
fn fill(file: &File, bytes: &mut [u8], holes: &[Range<usize>]) -> io::Result<()> {
    let mut pieces = Vec::new();
    let (mut rest, mut at) = (bytes, 0);
    for hole in holes.iter().cloned().chain(iter::once(usize::MAX..usize::MAX)) {
        let (wanted, after) = rest.split_at_mut(rest.len().min(hole.start - at));
        let mut offset = at as u64;
        for piece in wanted.chunks_mut(PIECE_BYTES) {
            let n = piece.len() as u64;
            pieces.push((offset, piece));
            offset += n;
        }
        rest = match after.split_at_mut_checked(hole.len()) {
            Some((_, after)) => after,
            None => break,
        };
        at = hole.end;
    }
    // From the end, so that they are taken in order.
    pieces.reverse();
    let pieces = Mutex::new(pieces);
    let next = || pieces.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let read = || -> io::Result<()> {
        while let Some((offset, piece)) = next() {
            file.read_exact_at(piece, offset)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        // Without a second thread this one reads everything.
        let helper = thread::Builder::new().spawn_scoped(scope, read);
        let result = read();
        match helper.map(|h| h.join()) {
            Ok(Ok(other)) => result.and(other),
            Ok(Err(_)) => Err(io::Error::other("a thread that read it panicked")),
            Err(_) => result,
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn custom(name: &str, n: usize, fill: u8) -> Vec<u8> {
        let size = 1 + name.len() + n;
        let mut section = vec![0];
        section.extend((0..5).map(|i| (size >> (7 * i)) as u8 & 0x7f | u8::from(i < 4) << 7));
        section.push(name.len() as u8);
        section.extend(name.as_bytes());
        section.resize(section.len() + n, fill);
        section
    }

    fn read_back(name: &str, module: &[u8]) -> Option<Vec<u8>> {
        let path = std::env::temp_dir().join(format!("updraft-{name}-{}", std::process::id()));
        File::create(&path).unwrap().write_all(module).unwrap();
        let bytes = read(&File::open(&path).unwrap(), module.len() as u64).unwrap();
        std::fs::remove_file(&path).unwrap();
        bytes
    }

    #[test]
    fn all_but_debug_sections_is_read() {
        let n = MIN_BYTES;
        let parts = [custom("a", n, 7), custom(".debug_line", n, 8), custom("name", 3, 9)];
        let module = [&HEADER[..], &parts.concat()].concat();
        let bytes = read_back("sparse", &module).unwrap();
        let hole = HEADER.len() + parts[0].len() + parts[1].len() - n..;
        let hole = hole.start..hole.start + n;
        assert_eq!(bytes[..hole.start], module[..hole.start]);
        assert!(bytes[hole.clone()].iter().all(|b| *b == 0));
        assert_eq!(bytes[hole.end..], module[hole.end..]);
    }

    #[test]
    fn what_is_odd_is_read_as_it_is() {
        let n = MIN_BYTES;
        let mut cut = [&HEADER[..], &custom(".debug_info", 2 * n, 7)].concat();
        cut.truncate(n + n / 2);
        assert_eq!(read_back("cut", &cut).unwrap(), cut);
        let mut endless = [&HEADER[..], &custom("a", n, 7)].concat();
        endless.extend([0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!(read_back("endless", &endless).unwrap(), endless);
        assert_eq!(read_back("text", &vec![b'('; n]), None);
        assert_eq!(read_back("short", b"\0asm\x01\0\0\0"), None);
    }
}
