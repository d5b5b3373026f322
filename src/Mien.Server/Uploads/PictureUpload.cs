namespace Mien.Server.Uploads;

/// <summary>A picture that a request brought; it lives in memory only.</summary>
/// <param name="Source">What the client calls it; it is given back and never used as a path.</param>
/// <param name="Bytes">The bytes of its file.</param>
internal sealed record PictureUpload(string Source, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>What a picture is called that came without a name.</summary>
    /// <param name="index">Its place in the request, from 0.</param>
    public static string NameOf(int index) => $"picture-{index + 1}";
}
