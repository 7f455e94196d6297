using System.Text.Json;

namespace BatchFunctions.Data.Text;

/// <summary>Where a value of a JSON record stands in the record's bytes.</summary>
/// <param name="Token">What kind of value it is; <see cref="JsonTokenType.None"/> where the record does not have it.</param>
/// <param name="Start">Its first byte; of a string the first one behind the quote.</param>
/// <param name="Length">Its length in bytes; of a string without the quotes.</param>
/// <param name="IsEscaped">Whether it is a string with escapes.</param>
internal readonly record struct JsonSlot(JsonTokenType Token, int Start, int Length, bool IsEscaped)
{
    /// <summary>JSON as RFC 8259 has it, nested at most 64 deep.</summary>
    public static JsonReaderOptions ReaderOptions => new() { MaxDepth = 64 };
}
