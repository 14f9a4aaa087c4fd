use super::*;

#[test]
fn a_full_disk_is_called_a_full_disk() {
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
        let append = AppendError::storage("segment", kind.into());
        assert!(
            append.to_string().starts_with("the disk is full"),
            "{append}"
        );
        let open = OpenError::io("/data", kind.into());
        assert!(
            open.to_string()
                .starts_with("the disk that holds /data is full"),
            "{open}"
        );
    }
}

#[test]
fn a_directory_without_permission_is_called_not_writable() {
    for kind in [
        io::ErrorKind::PermissionDenied,
        io::ErrorKind::ReadOnlyFilesystem,
    ] {
        let open = OpenError::io("/data", kind.into());
        assert!(matches!(open, OpenError::NotWritable { .. }), "{open}");
    }
}
