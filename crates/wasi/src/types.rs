//! The constants of preview 1, each list once: errno, rights, flags, file types.
//!
//! Owns the numbers of the ABI and the mapping from the system's error numbers to
//! the guest's. Used by every other file of the crate. Knows no descriptor and no guest memory.

use std::io;
use updraft::Error;

/// Declares the errno list and its mapping from the system's.
macro_rules! errnos {
    ($($name:ident = $value:literal $(from $($sys:ident)|+)?,)*) => {
        impl Errno {
            $(#[allow(dead_code)] pub const $name: Errno = Errno($value);)*
        }

        impl From<rustix::io::Errno> for Errno {
            fn from(error: rustix::io::Errno) -> Errno {
                use rustix::io::Errno as Sys;
                match error {
                    $($($(Sys::$sys)|+ => Errno::$name,)?)*
                    _ => Errno::IO,
                }
            }
        }
    };
}

/// An error number as the guest sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Errno(pub u16);

errnos! {
    SUCCESS = 0,
    TOO_BIG = 1 from TOOBIG,
    ACCES = 2 from ACCESS,
    ADDRINUSE = 3 from ADDRINUSE,
    ADDRNOTAVAIL = 4 from ADDRNOTAVAIL,
    AFNOSUPPORT = 5 from AFNOSUPPORT,
    AGAIN = 6 from AGAIN,
    ALREADY = 7 from ALREADY,
    BADF = 8 from BADF,
    BADMSG = 9 from BADMSG,
    BUSY = 10 from BUSY,
    CANCELED = 11 from CANCELED,
    CHILD = 12 from CHILD,
    CONNABORTED = 13 from CONNABORTED,
    CONNREFUSED = 14 from CONNREFUSED,
    CONNRESET = 15 from CONNRESET,
    DEADLK = 16 from DEADLK,
    DESTADDRREQ = 17 from DESTADDRREQ,
    DOM = 18 from DOM,
    DQUOT = 19 from DQUOT,
    EXIST = 20 from EXIST,
    FAULT = 21 from FAULT,
    FBIG = 22 from FBIG,
    HOSTUNREACH = 23 from HOSTUNREACH,
    IDRM = 24 from IDRM,
    ILSEQ = 25 from ILSEQ,
    INPROGRESS = 26 from INPROGRESS,
    INTR = 27 from INTR,
    INVAL = 28 from INVAL,
    IO = 29 from IO,
    ISCONN = 30 from ISCONN,
    ISDIR = 31 from ISDIR,
    LOOP = 32 from LOOP,
    MFILE = 33 from MFILE,
    MLINK = 34 from MLINK,
    MSGSIZE = 35 from MSGSIZE,
    MULTIHOP = 36 from MULTIHOP,
    NAMETOOLONG = 37 from NAMETOOLONG,
    NETDOWN = 38 from NETDOWN,
    NETRESET = 39 from NETRESET,
    NETUNREACH = 40 from NETUNREACH,
    NFILE = 41 from NFILE,
    NOBUFS = 42 from NOBUFS,
    NODEV = 43 from NODEV,
    NOENT = 44 from NOENT,
    NOEXEC = 45 from NOEXEC,
    NOLCK = 46 from NOLCK,
    NOLINK = 47 from NOLINK,
    NOMEM = 48 from NOMEM,
    NOMSG = 49 from NOMSG,
    NOPROTOOPT = 50 from NOPROTOOPT,
    NOSPC = 51 from NOSPC,
    NOSYS = 52 from NOSYS,
    NOTCONN = 53 from NOTCONN,
    NOTDIR = 54 from NOTDIR,
    NOTEMPTY = 55 from NOTEMPTY,
    NOTRECOVERABLE = 56 from NOTRECOVERABLE,
    NOTSOCK = 57 from NOTSOCK,
    NOTSUP = 58 from OPNOTSUPP,
    NOTTY = 59 from NOTTY,
    NXIO = 60 from NXIO,
    OVERFLOW = 61 from OVERFLOW,
    OWNERDEAD = 62 from OWNERDEAD,
    PERM = 63 from PERM,
    PIPE = 64 from PIPE,
    PROTO = 65 from PROTO,
    PROTONOSUPPORT = 66 from PROTONOSUPPORT,
    PROTOTYPE = 67 from PROTOTYPE,
    RANGE = 68 from RANGE,
    ROFS = 69 from ROFS,
    SPIPE = 70 from SPIPE,
    SRCH = 71 from SRCH,
    STALE = 72 from STALE,
    TIMEDOUT = 73 from TIMEDOUT,
    TXTBSY = 74 from TXTBSY,
    XDEV = 75 from XDEV,
    NOTCAPABLE = 76,
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Errno {
        if let Some(errno) = rustix::io::Errno::from_io_error(&error) {
            return errno.into();
        }
        // What the sandbox itself refuses carries a kind, and no number.
        match error.kind() {
            io::ErrorKind::PermissionDenied => Errno::PERM,
            io::ErrorKind::NotFound => Errno::NOENT,
            io::ErrorKind::InvalidInput => Errno::INVAL,
            io::ErrorKind::AlreadyExists => Errno::EXIST,
            io::ErrorKind::NotADirectory => Errno::NOTDIR,
            io::ErrorKind::IsADirectory => Errno::ISDIR,
            io::ErrorKind::OutOfMemory => Errno::NOMEM,
            io::ErrorKind::Unsupported => Errno::NOTSUP,
            _ => Errno::IO,
        }
    }
}

/// Why a call of the guest did not succeed.
#[derive(Debug)]
pub(crate) enum Fail {
    /// The guest gets this number and goes on.
    Errno(Errno),
    /// The isolate wants its thread: look at its requests, then make the call again.
    Interrupted,
    /// The guest ends here.
    End(Error),
}

impl<E: Into<Errno>> From<E> for Fail {
    fn from(error: E) -> Fail {
        Fail::Errno(error.into())
    }
}

/// What a call of the guest returns inside this crate.
pub(crate) type Result<T = (), E = Fail> = std::result::Result<T, E>;

/// Declares a module of bit or value constants.
macro_rules! constants {
    ($(#[$doc:meta])* $module:ident: $type:ty { $($name:ident = $value:expr,)* }) => {
        $(#[$doc])*
        #[allow(dead_code)]
        pub(crate) mod $module {
            $(pub const $name: $type = $value;)*
        }
    };
}

constants! {
    /// What a descriptor may be used for.
    rights: u64 {
        FD_DATASYNC = 1 << 0,
        FD_READ = 1 << 1,
        FD_SEEK = 1 << 2,
        FD_FDSTAT_SET_FLAGS = 1 << 3,
        FD_SYNC = 1 << 4,
        FD_TELL = 1 << 5,
        FD_WRITE = 1 << 6,
        FD_ADVISE = 1 << 7,
        FD_ALLOCATE = 1 << 8,
        PATH_CREATE_DIRECTORY = 1 << 9,
        PATH_CREATE_FILE = 1 << 10,
        PATH_LINK_SOURCE = 1 << 11,
        PATH_LINK_TARGET = 1 << 12,
        PATH_OPEN = 1 << 13,
        FD_READDIR = 1 << 14,
        PATH_READLINK = 1 << 15,
        PATH_RENAME_SOURCE = 1 << 16,
        PATH_RENAME_TARGET = 1 << 17,
        PATH_FILESTAT_GET = 1 << 18,
        PATH_FILESTAT_SET_SIZE = 1 << 19,
        PATH_FILESTAT_SET_TIMES = 1 << 20,
        FD_FILESTAT_GET = 1 << 21,
        FD_FILESTAT_SET_SIZE = 1 << 22,
        FD_FILESTAT_SET_TIMES = 1 << 23,
        PATH_SYMLINK = 1 << 24,
        PATH_REMOVE_DIRECTORY = 1 << 25,
        PATH_UNLINK_FILE = 1 << 26,
        POLL_FD_READWRITE = 1 << 27,
        SOCK_SHUTDOWN = 1 << 28,
        SOCK_ACCEPT = 1 << 29,
        ALL = (1 << 30) - 1,
        // What applies to a regular file.
        FILE = FD_DATASYNC | FD_READ | FD_SEEK | FD_FDSTAT_SET_FLAGS | FD_SYNC | FD_TELL | FD_WRITE
            | FD_ADVISE | FD_ALLOCATE | FD_FILESTAT_GET | FD_FILESTAT_SET_SIZE
            | FD_FILESTAT_SET_TIMES | POLL_FD_READWRITE,
        // What applies to a directory itself.
        DIR = FD_FDSTAT_SET_FLAGS | FD_SYNC | FD_ADVISE | PATH_CREATE_DIRECTORY | PATH_CREATE_FILE
            | PATH_LINK_SOURCE | PATH_LINK_TARGET | PATH_OPEN | FD_READDIR | PATH_READLINK
            | PATH_RENAME_SOURCE | PATH_RENAME_TARGET | PATH_FILESTAT_GET | PATH_FILESTAT_SET_SIZE
            | PATH_FILESTAT_SET_TIMES | FD_FILESTAT_GET | FD_FILESTAT_SET_TIMES | PATH_SYMLINK
            | PATH_REMOVE_DIRECTORY | PATH_UNLINK_FILE | POLL_FD_READWRITE,
        // What a directory hands to what is opened below it.
        DIR_INHERITING = DIR | FILE,
        // What applies to pipes, terminals and other streams.
        STREAM = FD_READ | FD_WRITE | FD_FDSTAT_SET_FLAGS | FD_FILESTAT_GET | POLL_FD_READWRITE,
        // What applies to a connected socket.
        SOCKET = STREAM | SOCK_SHUTDOWN,
        // What applies to a listening socket.
        LISTENER = SOCKET | SOCK_ACCEPT,
    }
}

constants! {
    /// How a descriptor behaves.
    fdflags: u16 {
        APPEND = 1,
        DSYNC = 2,
        NONBLOCK = 4,
        RSYNC = 8,
        SYNC = 16,
        ALL = 31,
    }
}

constants! {
    /// How `path_open` opens.
    oflags: u16 {
        CREAT = 1,
        DIRECTORY = 2,
        EXCL = 4,
        TRUNC = 8,
        ALL = 15,
    }
}

constants! {
    /// Which timestamps to set, and to what.
    fstflags: u16 {
        ATIM = 1,
        ATIM_NOW = 2,
        MTIM = 4,
        MTIM_NOW = 8,
        ALL = 15,
    }
}

constants! {
    /// How a path is looked up.
    lookupflags: u32 {
        SYMLINK_FOLLOW = 1,
    }
}

constants! {
    /// What kind of thing a descriptor or an entry is.
    filetype: u8 {
        UNKNOWN = 0,
        BLOCK_DEVICE = 1,
        CHARACTER_DEVICE = 2,
        DIRECTORY = 3,
        REGULAR_FILE = 4,
        SOCKET_DGRAM = 5,
        SOCKET_STREAM = 6,
        SYMBOLIC_LINK = 7,
    }
}

constants! {
    /// What a subscription waits for.
    eventtype: u8 {
        CLOCK = 0,
        FD_READ = 1,
        FD_WRITE = 2,
    }
}

constants! {
    /// Flags of an event and of a clock subscription.
    pollflags: u16 {
        HANGUP = 1,
        ABSTIME = 1,
    }
}

constants! {
    /// Flags of the socket calls.
    sockflags: u16 {
        RECV_PEEK = 1,
        RECV_WAITALL = 2,
        RECV_DATA_TRUNCATED = 1,
        SHUT_RD = 1,
        SHUT_WR = 2,
    }
}

/// Which of the two published forms of preview 1 the guest was built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Abi {
    /// `wasi_snapshot_preview1`.
    Snapshot,
    /// `wasi_unstable`, which came before it: other layouts of file attributes and
    /// subscriptions, other numbers for `whence`.
    Unstable,
}

/// The guest's file type for a host's.
pub(crate) fn filetype_of(kind: rustix::fs::FileType) -> u8 {
    use rustix::fs::FileType;
    match kind {
        FileType::RegularFile => filetype::REGULAR_FILE,
        FileType::Directory => filetype::DIRECTORY,
        FileType::Symlink => filetype::SYMBOLIC_LINK,
        FileType::CharacterDevice => filetype::CHARACTER_DEVICE,
        FileType::BlockDevice => filetype::BLOCK_DEVICE,
        FileType::Socket => filetype::SOCKET_STREAM,
        _ => filetype::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_keep_their_meaning() {
        assert_eq!(Errno::from(rustix::io::Errno::NOENT), Errno(44));
        assert_eq!(Errno::from(rustix::io::Errno::NOTEMPTY), Errno(55));
        assert_eq!(Errno::from(io::Error::from_raw_os_error(22)), Errno::INVAL);
        let escape = io::Error::new(io::ErrorKind::PermissionDenied, "outside");
        assert_eq!(Errno::from(escape), Errno::PERM);
    }

    #[test]
    fn a_terminal_can_be_told_from_a_device() {
        // C libraries call a character device without the right to seek a terminal.
        assert_eq!(rights::STREAM & (rights::FD_SEEK | rights::FD_TELL), 0);
        assert_eq!(rights::DIR & rights::FD_FILESTAT_SET_SIZE, 0);
    }
}
