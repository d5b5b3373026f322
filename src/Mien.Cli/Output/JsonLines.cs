using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mien.Cli.Output;

/// <summary>Writes objects as JSON, one a line.</summary>
internal sealed class JsonLines(Stream stream)
{
    public void Write<T>(T value, JsonTypeInfo<T> type)
    {
        JsonSerializer.Serialize(stream, value, type);
        stream.WriteByte((byte)'\n');
        stream.Flush();
    }
}
