//! Cursors: one that was made gives its numbers back to its own list; any other text is none.
//!
//! Input: which way, then the text of a cursor, or two numbers, a change to the cursor of them,
//! and the name of its list.

use super::input::Input;
use super::world;
use giro_service::Service;

/// Reads a made-up cursor, or one that was made and changed.
///
/// # Panics
/// If a cursor is believed that was not made for the list, or gives back something else.
pub fn run(data: &[u8]) {
    world::with(|world| check(&world.service, Input::new(data)));
}

fn check(service: &Service, mut input: Input<'_>) {
    if input.byte().is_multiple_of(2) {
        let Some(text) = input.text() else { return };
        assert_eq!(service.read_cursor::<1>("list", text), None, "{text}");
        assert_eq!(service.read_cursor::<2>("list", text), None, "{text}");
        return;
    }
    let numbers = [input.number(), input.number()];
    let (place, byte) = (input.short(), input.byte());
    let Some(list) = input.text() else { return };
    let cursor = service.cursor(list, &numbers);
    assert_eq!(service.read_cursor(list, &cursor), Some(numbers));
    assert_eq!(service.read_cursor::<1>(list, &cursor), None);
    assert_eq!(service.read_cursor::<2>(&format!("{list}?"), &cursor), None);
    let mut changed = cursor.clone().into_bytes();
    let place = place % changed.len();
    changed[place] = byte;
    if let Ok(changed) = String::from_utf8(changed)
        && changed != cursor
    {
        assert_eq!(service.read_cursor::<2>(list, &changed), None, "{changed}");
    }
}
