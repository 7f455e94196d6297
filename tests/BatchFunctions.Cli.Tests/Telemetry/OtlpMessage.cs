using System.Buffers.Binary;
using System.Text;

namespace BatchFunctions.Cli.Tests.Telemetry;

/// <summary>A protobuf message, as much of it as a test needs to look into one.</summary>
internal sealed class OtlpMessage
{
    private readonly List<(int Field, ulong Number, byte[] Bytes)> _fields = [];

    /// <summary>Reads a message.</summary>
    public OtlpMessage(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var key = Varint(bytes, ref at);
            var length = (key & 7) switch { 1 => 8, 5 => 4, 2 => (int)Varint(bytes, ref at), _ => 0 };
            _fields.Add((key & 7) switch
            {
                0 => ((int)(key >> 3), Varint(bytes, ref at), []),
                1 => ((int)(key >> 3), BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]), []),
                _ => ((int)(key >> 3), 0, bytes.Slice(at, length).ToArray()),
            });
            at += length;
        }
    }

    /// <summary>The messages in a field, and below it in others.</summary>
    public IEnumerable<OtlpMessage> All(params int[] path) => path is [var first, .. var rest]
        ? _fields.Where(f => f.Field == first).Select(f => new OtlpMessage(f.Bytes)).SelectMany(m => m.All(rest))
        : [this];

    /// <summary>The text in a field; empty where there is none.</summary>
    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    /// <summary>The bytes in a field as hexadecimal digits.</summary>
    public string Hex(int field) => Convert.ToHexString(Bytes(field));

    /// <summary>The number in a field; 0 where there is none.</summary>
    public ulong Number(int field) => _fields.Find(f => f.Field == field).Number;

    /// <summary>The attributes in a field, text and whole numbers, by name.</summary>
    public Dictionary<string, string> Attributes(int field) => All(field)
        .GroupBy(a => a.Text(1))
        .ToDictionary(g => g.Key, g => g.First().All(2).Select(v => v.Text(1) is { Length: > 0 } text ? text : $"{v.Number(3)}").Single());

    private byte[] Bytes(int field) => _fields.Find(f => f.Field == field).Bytes ?? [];

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            value |= (ulong)(bytes[at] & 0x7F) << shift;
            if (bytes[at++] < 0x80)
                return value;
        }
    }
}
