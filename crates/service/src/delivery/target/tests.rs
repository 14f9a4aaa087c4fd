use super::*;

fn settings(loopback: bool, private: bool) -> BookSettings {
    BookSettings {
        webhooks_to_loopback: loopback,
        webhooks_to_private: private,
        ..BookSettings::default()
    }
}

#[test]
fn only_public_addresses_are_public() {
    use Reach::{Loopback, Private, Public, Special};
    let cases = [
        ("1.1.1.1", Public),
        ("2606:4700::1111", Public),
        ("127.0.0.1", Loopback),
        ("127.9.9.9", Loopback),
        ("::1", Loopback),
        ("::ffff:127.0.0.1", Loopback),
        ("64:ff9b::7f00:1", Loopback),
        ("2002:7f00:1::", Loopback),
        ("10.1.2.3", Private),
        ("172.31.0.1", Private),
        ("172.32.0.1", Public),
        ("192.168.1.1", Private),
        ("100.64.0.1", Private),
        ("fd00:ec2::254", Private),
        ("::ffff:10.0.0.1", Private),
        ("0.0.0.0", Special),
        ("169.254.169.254", Special),
        ("::ffff:169.254.169.254", Special),
        ("2002:a9fe:a9fe::", Special),
        ("255.255.255.255", Special),
        ("224.0.0.1", Special),
        ("::", Special),
        ("fe80::1", Special),
        ("ff02::1", Special),
        ("2001:db8::1", Special),
        ("::ffff:0:7f00:1", Special),
        ("4000::1", Special),
    ];
    for (text, expected) in cases {
        assert_eq!(reach(text.parse().expect("an address")), expected, "{text}");
    }
}

#[test]
fn a_url_is_refused_unless_the_book_allows_its_address() {
    use TargetError::{Credentials, Fragment, Malformed, NotPublic, NotSecure};
    // What is said of a URL by a book that allows nothing, loopback, private addresses, or both.
    let cases = [
        ("https://example.com/a?b=c", [Ok(()); 4]),
        ("https://1.1.1.1:8443/", [Ok(()); 4]),
        ("http://1.1.1.1/", [Err(NotSecure); 4]),
        (
            "http://example.com/",
            [Err(NotSecure), Err(NotSecure), Ok(()), Ok(())],
        ),
        (
            "http://127.0.0.1:9/",
            [Err(NotSecure), Ok(()), Err(NotSecure), Ok(())],
        ),
        (
            "http://localhost:9/",
            [Err(NotSecure), Ok(()), Err(NotSecure), Ok(())],
        ),
        (
            "https://LOCALHOST./",
            [Err(NotPublic), Ok(()), Err(NotPublic), Ok(())],
        ),
        (
            "https://[::1]/",
            [Err(NotPublic), Ok(()), Err(NotPublic), Ok(())],
        ),
        (
            "https://127.1/",
            [Err(NotPublic), Ok(()), Err(NotPublic), Ok(())],
        ),
        (
            "https://2130706433/",
            [Err(NotPublic), Ok(()), Err(NotPublic), Ok(())],
        ),
        (
            "https://0x7f.0.0.1/",
            [Err(NotPublic), Ok(()), Err(NotPublic), Ok(())],
        ),
        (
            "https://10.0.0.7/",
            [Err(NotPublic), Err(NotPublic), Ok(()), Ok(())],
        ),
        ("https://169.254.169.254/latest", [Err(NotPublic); 4]),
        ("http://169.254.169.254/latest", [Err(NotPublic); 4]),
        ("https://0.0.0.0/", [Err(NotPublic); 4]),
        ("https://me:secret@example.com/", [Err(Credentials); 4]),
        ("https://me@example.com/", [Err(Credentials); 4]),
        ("https://example.com/#a", [Err(Fragment); 4]),
        ("ftp://example.com/", [Err(Malformed); 4]),
        ("file:///etc/passwd", [Err(Malformed); 4]),
        ("https://", [Err(Malformed); 4]),
        ("example.com", [Err(Malformed); 4]),
        ("", [Err(Malformed); 4]),
    ];
    for (url, expected) in cases {
        let books = [(false, false), (true, false), (false, true), (true, true)];
        let said = books.map(|(loopback, private)| check_url(url, &settings(loopback, private)));
        assert_eq!(said, expected, "{url}");
    }
}
