//! From a guest's path to a place below a directory, and never outside it.
//!
//! Owns name resolution: every path is split into a parent, which the sandbox opens beneath
//! the starting directory, and one last name, which is then used with calls that follow no
//! link. So nothing that another process does in between can lead outside. Called by the
//! `path_*` calls in [`dir`](crate::dir). Knows no rights.

use crate::memory::MAX_PATH_BYTES;
use crate::types::{Errno, Result};
use cap_std::fs::Dir;
use cap_std::fs::{OpenOptions, OpenOptionsExt};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use std::borrow::Cow;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// As many links as are followed to resolve one path, as on the host.
const MAX_LINKS: usize = 40;

/// The directory that a path's last name is in, and that name: one component, never `..`.
pub(crate) struct Place<'a> {
    parent: Parent<'a>,
    name: Cow<'a, str>,
}

enum Parent<'a> {
    Start(&'a Dir),
    Opened(Dir),
}

impl Place<'_> {
    pub fn parent(&self) -> BorrowedFd<'_> {
        match &self.parent {
            Parent::Start(dir) => dir.as_fd(),
            Parent::Opened(dir) => dir.as_fd(),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn stat(&self) -> Result<Stat, Errno> {
        Ok(rustix::fs::statat(self.parent(), self.name(), AtFlags::SYMLINK_NOFOLLOW)?)
    }
}

/// The place of something that exists. A last link is not followed, unless a slash follows it.
pub(crate) fn locate<'a>(start: &'a Dir, path: &'a str) -> Result<Place<'a>, Errno> {
    let (prefix, name) = split(path)?;
    let parent = match prefix {
        "" => Parent::Start(start),
        prefix => Parent::Opened(start.open_dir(prefix)?),
    };
    Ok(Place { parent, name: Cow::Borrowed(name) })
}

/// The place of something to be made, moved or removed: a slash behind the name goes with it,
/// so that the host can insist on a directory.
pub(crate) fn locate_entry<'a>(start: &'a Dir, path: &'a str) -> Result<Place<'a>, Errno> {
    let bare = path.trim_end_matches('/');
    if bare.is_empty() {
        split(path)?;
    }
    let mut place = locate(start, bare)?;
    if bare.len() < path.len() {
        place.name = Cow::Owned(format!("{}/", place.name));
    }
    Ok(place)
}

/// The place that a path leads to when all links are followed.
pub(crate) fn locate_target(start: &Dir, path: &str) -> Result<Place<'static>, Errno> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let place = locate(start, &path)?;
        match rustix::fs::readlinkat(place.parent(), place.name(), Vec::new()) {
            Ok(link) => {
                let link = link.to_str().map_err(|_| Errno::ILSEQ)?;
                let (prefix, _) = split(&path)?;
                let target = if prefix.is_empty() || link.starts_with('/') {
                    link.to_owned()
                } else {
                    format!("{prefix}/{link}")
                };
                if target.len() >= MAX_PATH_BYTES as usize {
                    return Err(Errno::NAMETOOLONG);
                }
                path = target;
            }
            // It is there, and it is no link.
            Err(rustix::io::Errno::INVAL) => {
                let name = Cow::Owned(place.name.clone().into_owned());
                let parent = match place.parent {
                    Parent::Opened(dir) => dir,
                    Parent::Start(dir) => dir.try_clone()?,
                };
                return Ok(Place { parent: Parent::Opened(parent), name });
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::LOOP)
}

/// The attributes of what a path names.
pub(crate) fn stat(start: &Dir, path: &str, follow: bool) -> Result<Stat, Errno> {
    let stat = locate(start, path)?.stat()?;
    if follow && FileType::from_raw_mode(stat.st_mode) == FileType::Symlink {
        return locate_target(start, path)?.stat();
    }
    Ok(stat)
}

/// Opens what a path names. Never blocks: a pipe without a writer opens at once, one without
/// a reader is `ENXIO`.
pub(crate) fn open(
    start: &Dir,
    path: &str,
    follow: bool,
    (read, write): (bool, bool),
    flags: OFlags,
) -> Result<OwnedFd, Errno> {
    let flags = flags | OFlags::NONBLOCK | OFlags::NOCTTY;
    if follow {
        split(path)?;
        let mut options = OpenOptions::new();
        options.read(read).write(write).custom_flags(flags.bits() as i32);
        return Ok(start.open_with(path, &options)?.into_std().into());
    }
    if flags.contains(OFlags::CREATE) && path.ends_with('/') {
        // A slash asks for a directory, which this does not make.
        locate_entry(start, path)?;
        return Err(Errno::ISDIR);
    }
    let place = locate(start, path)?;
    let access = match (read, write) {
        (true, true) => OFlags::RDWR,
        (false, true) => OFlags::WRONLY,
        _ => OFlags::RDONLY,
    };
    let flags = flags | access | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match rustix::fs::openat(place.parent(), place.name(), flags, Mode::from_raw_mode(0o666)) {
        // Told apart from other things that are no directory, as where none is asked for.
        Err(rustix::io::Errno::NOTDIR) if is_symlink(&place) => Err(Errno::LOOP),
        result => Ok(result?),
    }
}

fn is_symlink(place: &Place<'_>) -> bool {
    place.stat().is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
}

/// Parent and last name. A path that ends in a slash, `.` or `..` is its own parent, so that
/// the sandbox resolves all of it.
fn split(path: &str) -> Result<(&str, &str), Errno> {
    if path.is_empty() {
        return Err(Errno::NOENT);
    }
    if path.starts_with('/') {
        return Err(Errno::PERM);
    }
    let (prefix, name) = path.rsplit_once('/').unwrap_or(("", path));
    Ok(match name {
        "." if prefix.is_empty() => ("", "."),
        "" | "." | ".." => (path, "."),
        name => (prefix, name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_split_at_the_last_name() {
        assert_eq!(split("a"), Ok(("", "a")));
        assert_eq!(split("a/b"), Ok(("a", "b")));
        assert_eq!(split("a//b"), Ok(("a/", "b")));
        assert_eq!(split("."), Ok(("", ".")));
        assert_eq!(split(".."), Ok(("..", ".")));
        assert_eq!(split("a/.."), Ok(("a/..", ".")));
        assert_eq!(split("a/."), Ok(("a/.", ".")));
        assert_eq!(split("a/"), Ok(("a/", ".")));
        assert_eq!(split("../a"), Ok(("..", "a")));
        assert_eq!(split(""), Err(Errno::NOENT));
        assert_eq!(split("/"), Err(Errno::PERM));
        assert_eq!(split("//a"), Err(Errno::PERM));
    }
}
