//! What the map makes of values that are hard to send over HTTP.
