//! `explore` in a browser, and `bisect` on programs that differ.
//!
//! The browser is Debian's `chromium`, or Chrome. Where there is none, what
//! needs it is skipped, and says so.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

/// A browser on a busy machine takes its time.
const BROWSER_DEADLINE: Duration = Duration::from_secs(120);

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/data")
}

fn updraft(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_updraft"));
    command.args(args).current_dir(data()).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn browser() -> Option<&'static str> {
    let found = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| {
        let version = Command::new(name).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        eprintln!("SKIPPED: there is no chromium to look at the page with");
    }
    found
}

/// What the browser writes to standard output about a page.
fn browse(browser: &str, folder: &Path, option: &str, page: &Path, part: &str) -> String {
    let output = folder.join("output");
    let mut child = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        .args(["--window-size=1500,800", "--virtual-time-budget=2000", option])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}{part}", page.display()))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(fs::File::create(&output).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > BROWSER_DEADLINE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the browser did not end");
        }
        thread::sleep(Duration::from_millis(20));
    }
    fs::read_to_string(output).unwrap()
}

#[test]
fn a_page_goes_to_standard_output() {
    let output = updraft(&["explore", "page.wat", "-o", "-"]);
    assert!(output.status.success());
    let page = text(&output.stdout);
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(page.contains("i32.div_s") && page.contains("idiv"), "{page}");
    assert!(!page.contains("<img") && !page.contains("<script>document.title"));
}

#[test]
fn a_browser_shows_the_page() {
    let Some(browser) = browser() else { return };
    let folder = folder("browser");
    let page = folder.join("page.html");
    let made = updraft(&["explore", "page.wat", "-o", page.to_str().unwrap()]);
    assert!(made.status.success(), "{}", text(&made.stderr));

    // The operator that divides, by its offset on the page.
    let html = fs::read_to_string(&page).unwrap();
    let start = html.find("id=\"data\">").unwrap() + "id=\"data\">".len();
    let json = &html[start..start + html[start..].find("</script>").unwrap()];
    let funcs: serde_json::Value = serde_json::from_str(json).unwrap();
    let lines = funcs[0]["text"].as_str().unwrap().lines();
    let line = lines.into_iter().position(|l| l.trim() == "i32.div_s").unwrap();
    // Offsets are distances from the one before.
    let distances = funcs[0]["at"].as_array().unwrap()[..=line].iter();
    let offset: u64 = distances.map(|d| d.as_u64().unwrap()).sum();

    let dom = browse(browser, &folder, "--dump-dom", &page, &format!("#f0-{offset:x}"));
    assert!(dom.contains("<h2 id=\"title\">plain"), "{dom}");
    for tier in ["baseline", "optimized"] {
        assert!(dom.contains(&format!("<h3>{tier} ")), "{tier}");
    }
    let is_held = |line: &&str| line.split('>').next().is_some_and(|tag| tag.contains("held"));
    let lines = dom.split("<div ").filter(is_held);
    let held: Vec<&str> = lines.filter_map(|line| line.split("</div>").next()).collect();
    for word in ["i32.div_s", "idiv"] {
        assert!(held.iter().any(|l| l.contains(word)), "{word} in {held:?}");
    }
    assert!(!held.iter().any(|l| l.contains("i32.xor")), "{held:?}");

    // A hostile name is shown as it is.
    let dom = browse(browser, &folder, "--dump-dom", &page, "#f1");
    assert!(dom.contains("<h2 id=\"title\">&lt;/script&gt;&lt;script&gt;document.title='bad'"));
    assert!(dom.contains("<title>page.wat – updraft explore</title>"));
    assert!(!dom.contains("<img"));

    browse(browser, &folder, "--screenshot=page.png", &page, "#f0");
    let picture = fs::read(folder.join("page.png")).unwrap();
    assert!(picture.starts_with(b"\x89PNG") && picture.len() > 10_000, "{}", picture.len());
}

/// Nothing if there is no baseline compiler for this processor.
fn bisect(args: &[&str]) -> Option<Output> {
    let output = updraft(&[&["bisect"], args].concat());
    if text(&output.stderr).contains("there is no baseline compiler") {
        eprintln!("SKIPPED: there is no baseline compiler to compare with");
        return None;
    }
    Some(output)
}

#[test]
fn tiers_that_agree_are_no_difference() {
    let Some(output) = bisect(&["--random", "2", "args.wat", "one", "two"]) else { return };
    assert_eq!(text(&output.stdout), "no difference: exit code 0\n");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr).lines().count(), 8);
}

#[test]
fn the_function_that_makes_tiers_differ_is_found() {
    // 256 KiB are enough for 1,000 small frames, not for 1,000 of 512 bytes.
    let args = ["-Omax-wasm-stack=256KiB", "--invoke", "run", "deep.wat", "1000"];
    let Some(output) = bisect(&args) else { return };
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{stdout}{}", text(&output.stderr));
    assert!(stdout.starts_with("found: function 2 deep\n"), "{stdout}");
    assert!(stdout.contains("with it optimized:        exit code 0\n"), "{stdout}");
    assert!(stdout.contains("with it in baseline code: exit code 134\n"), "{stdout}");
    assert!(stdout.contains("line 1, optimized: 1000\n"), "{stdout}");
    assert!(stdout.contains("updraft explore deep.wat --func 2 -o page.html\n"), "{stdout}");
    // What it says to run gives what it says.
    let again: Vec<&str> =
        stdout.lines().filter_map(|l| l.trim().strip_prefix("updraft run ")).collect();
    let codes: Vec<_> = again
        .iter()
        .map(|line| updraft(&[vec!["run"], line.split(' ').collect()].concat()).status.code())
        .collect();
    assert_eq!(codes, [Some(0), Some(134)]);
}

#[test]
fn a_program_that_differs_from_itself_is_not_searched() {
    let Some(output) = bisect(&["random.wat"]) else { return };
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("cannot tell: "), "{}", text(&output.stdout));
    assert_eq!(text(&output.stderr).lines().count(), 2);
}

#[test]
fn a_program_that_does_not_end_is_ended() {
    let Some(output) = bisect(&["--deadline", "300ms", "loop.wat"]) else { return };
    let stdout = text(&output.stdout);
    assert!(stdout.starts_with("no difference: ended by the deadline\n"), "{stdout}");
    assert!(stdout.contains("see --deadline"), "{stdout}");
}
