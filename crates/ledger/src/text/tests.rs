use super::*;

#[test]
fn a_text_is_bounded_in_characters_and_not_in_bytes() {
    type Short = Text<3>;
    assert!(Short::new("äöü").is_ok());
    assert_eq!(Short::new("äöüß"), Err(TextError::TooLong { max: 3 }));
    assert_eq!(Short::new(""), Err(TextError::Empty));
    assert_eq!(Short::new("a\nb"), Err(TextError::ControlCharacter));
    assert_eq!(Short::new("a\0"), Err(TextError::ControlCharacter));
}

#[test]
fn a_text_is_checked_when_it_is_decoded() {
    let bytes = postcard::to_stdvec("four").expect("encodes");
    assert!(postcard::from_bytes::<Text<4>>(&bytes).is_ok());
    assert!(postcard::from_bytes::<Text<3>>(&bytes).is_err());
}

fn entries(keys: impl IntoIterator<Item = &'static str>) -> Vec<(MetadataKey, MetadataValue)> {
    let value = MetadataValue::new("value").expect("a text");
    let key = |key: &'static str| MetadataKey::new(key).expect("a text");
    keys.into_iter()
        .map(|name| (key(name), value.clone()))
        .collect()
}

#[test]
fn metadata_is_sorted_and_names_no_key_twice() {
    let metadata = Metadata::new(entries(["b", "a"])).expect("two keys");
    let keys: Vec<&str> = metadata.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(Metadata::new(entries(["a", "b", "a"])), None);
}

#[test]
fn metadata_has_twenty_entries_at_most() {
    const KEYS: [&str; 21] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
        "s", "t", "u",
    ];
    assert!(Metadata::new(entries(KEYS.into_iter().take(20))).is_some());
    assert_eq!(Metadata::new(entries(KEYS)), None);
}

/// The bounds are promises of the type, so they hold for what is decoded as well.
#[test]
fn metadata_is_checked_when_it_is_decoded() {
    let decode = |keys: &[&'static str]| {
        let bytes = postcard::to_stdvec(&entries(keys.iter().copied())).expect("encodes");
        postcard::from_bytes::<Metadata>(&bytes)
    };
    assert_eq!(decode(&["a", "b"]).ok(), Metadata::new(entries(["a", "b"])));
    assert!(decode(&["b", "a"]).is_err());
    assert!(decode(&["a", "a"]).is_err());
    assert!(decode(&["a"; 21]).is_err());
}

fn tags(words: &[&str]) -> Vec<Tag> {
    let tag = |word: &&str| Tag::new(*word).expect("a text");
    words.iter().map(tag).collect()
}

#[test]
fn tags_are_sorted_and_none_comes_twice() {
    let sorted = Tags::new(tags(&["ops", "eu"])).expect("two tags");
    assert_eq!(
        sorted.iter().cloned().collect::<Vec<_>>(),
        tags(&["eu", "ops"])
    );
    assert!(sorted.contains(&tags(&["ops"])[0]));
    assert!(!sorted.contains(&tags(&["us"])[0]));
    assert_eq!(Tags::new(tags(&["ops", "eu", "ops"])), None);
    let many = |count: usize| (0..count).map(|number| Tag::new(number.to_string()));
    let many = |count| many(count).collect::<Result<Vec<_>, _>>().expect("texts");
    assert!(Tags::new(many(Tags::MAX)).is_some());
    assert_eq!(Tags::new(many(Tags::MAX + 1)), None);
}

#[test]
fn tags_are_checked_when_they_are_decoded() {
    let decode = |words: &[&str]| {
        let bytes = postcard::to_stdvec(&tags(words)).expect("encodes");
        postcard::from_bytes::<Tags>(&bytes)
    };
    assert_eq!(decode(&["a", "b"]).ok(), Tags::new(tags(&["a", "b"])));
    assert!(decode(&["b", "a"]).is_err());
    assert!(decode(&["a", "a"]).is_err());
    assert!(decode(&["a"; 21]).is_err());
}
