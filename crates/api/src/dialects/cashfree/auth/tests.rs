//! What a token is bound to.

use super::*;

#[test]
fn a_binding_survives_its_bytes() {
    for address in [None, Some("192.0.2.7"), Some("2001:db8::7")] {
        let address = address.map(|text| text.parse().expect("an address"));
        for is_signed in [true, false] {
            let binding = Binding { is_signed, address };
            assert_eq!(Binding::of(binding.to_bytes()), binding);
        }
    }
}
