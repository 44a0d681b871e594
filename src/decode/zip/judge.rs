//! What is wrong with a member, in words: what, where, what is left of it.

use super::super::Diagnostic;
use super::entry::Entry;
use super::member::Content;
use crate::bytes::inflate::End;
use crate::evidence::Origin;

/// The verdict on what came out of a member that ends before `bound`, in an item of `len` bytes; `None` when all is well.
pub fn judge(entry: &Entry, content: &Content<'_>, bound: u64, len: u64) -> Option<Diagnostic> {
    let (name, came, data) = (&entry.name, content.bytes.len(), content.data);
    let room = bound.saturating_sub(data.offset);
    let at_end = Origin::at(data.end() as usize, 0);
    let at_data = Origin::Bytes(data.into());
    let reaches_over = entry.is_sized && entry.packed > room && bound < len;
    let kept = if came > 0 { "are kept under a name with -cut" } else { "came out, so nothing is kept" };
    Some(match content.end {
        End::Cut if reaches_over => Diagnostic::loss(
            "zip/overlap",
            at_data,
            format!(
                "{name:?} is said to have {} bytes of data and reaches over the next header at {bound}: members overlap, \
                 as in a zip bomb, or a size is damaged; {came} bytes {kept}",
                entry.packed
            ),
        ),
        End::Cut => Diagnostic::loss(
            "zip/cut",
            at_end,
            format!("the data of {name:?} end before the member does: the archive was cut; {came} bytes {kept}"),
        ),
        End::Corrupt => Diagnostic::loss(
            "zip/corrupt",
            at_end,
            format!(
                "the data of {name:?} break at {}: bytes were changed there or before; {came} bytes {kept}, the last of \
                 them may be wrong",
                data.end()
            ),
        ),
        End::Limit => Diagnostic::loss(
            "zip/limit",
            at_end,
            format!(
                "unpacking {name:?} was stopped at {came} bytes, the limit for one member or for what may come out of a \
                 file of this size; if this is no bomb unpack it and give the folder"
            ),
        ),
        End::Whole if !content.is_right() => {
            let (crc, len) = content.promised.unwrap_or_default();
            let message = format!(
                "{name:?} has {came} bytes and CRC-32 {:08x}, promised are {len} and {crc:08x}: it was changed, at a place \
                 that is not known; it is kept as it came out",
                content.crc32
            );
            Diagnostic::damage("zip/check", at_data, message)
        }
        End::Whole if content.promised.is_none() => {
            let message = format!("nothing promises a check sum of {name:?}: it is kept, but could not be proved");
            Diagnostic::damage("zip/descriptor", at_data, message)
        }
        End::Whole if entry.is_sized && data.len != entry.packed => {
            let message = format!(
                "the data of {name:?} are {} bytes, a header says {}; what came out is right by its check sum",
                data.len, entry.packed
            );
            Diagnostic::damage("zip/size", at_data, message)
        }
        End::Whole => return None,
    })
}
