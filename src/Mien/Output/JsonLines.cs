using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mien.Output;

/// <summary>Writes objects as JSON, one a line and each in one piece.</summary>
internal sealed class JsonLines(Stream stream)
{
    public void Write<T>(T value, JsonTypeInfo<T> type)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];
        stream.Write(line);
        stream.Flush();
    }
}
