//! What all interfaces share about HTTP: bodies, headers, JSON amounts. No spelling of any of them.
