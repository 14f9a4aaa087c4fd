//! File systems of their own, to be full or read-only. Only root may mount one.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Mounts something at a directory. `None` if this machine does not let us, which is said.
pub(crate) fn mounted(args: &[&str], at: &Path) -> Option<Mounted> {
    let done = Command::new("mount").args(args).arg(at).output();
    if done.is_ok_and(|output| output.status.success()) {
        return Some(Mounted(at.to_owned()));
    }
    #[expect(clippy::print_stdout, reason = "a test that shows nothing says so")]
    {
        println!("skipped: mounting a file system is not permitted here");
    }
    None
}

/// A mounted file system, until it is dropped.
pub(crate) struct Mounted(PathBuf);

impl Mounted {
    /// Mounts it again with other options.
    pub(crate) fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let done = Command::new("mount")
            .args(["-o", &options])
            .arg(&self.0)
            .status();
        assert!(
            done.is_ok_and(|status| status.success()),
            "cannot mount it with {options}"
        );
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
