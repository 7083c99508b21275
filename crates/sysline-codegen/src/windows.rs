//! What a wrapper does on Windows.

use crate::output::Output;
use sysline_syntax::checked::Wrapper;

pub(crate) fn write_body(_output: &mut Output, _wrapper: &Wrapper) {}
