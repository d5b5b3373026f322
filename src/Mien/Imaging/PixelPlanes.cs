using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mien;

/// <summary>Takes the bytes of RGB pixels apart into a plane of floats for each channel, as networks want them.</summary>
internal static class PixelPlanes
{
    /// <summary>Pixels of one step: their 48 bytes are three vectors.</summary>
    private const int Step = 16;

    /// <summary>For each channel and each of the three vectors: which of its bytes go where; a byte beyond the vector stands for 0.</summary>
    private static readonly Vector128<byte>[] Places = [.. from channel in Enumerable.Range(0, 3) from vector in Enumerable.Range(0, 3) select PlacesOf(channel, vector)];

    /// <summary>Writes (x - mean) * scale of each byte x.</summary>
    /// <param name="pixels">Interleaved red, green and blue: three bytes for each value of a plane.</param>
    /// <param name="red">Takes the red ones.</param>
    /// <param name="green">Takes as many green ones.</param>
    /// <param name="blue">Takes as many blue ones.</param>
    /// <param name="mean">What is subtracted.</param>
    /// <param name="scale">What the difference is multiplied by.</param>
    public static void Split(ReadOnlySpan<byte> pixels, Span<float> red, Span<float> green, Span<float> blue, float mean, float scale)
    {
        int done = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref byte source = ref MemoryMarshal.GetReference(pixels);
            for (; done <= red.Length - Step; done += Step)
            {
                var a = Vector128.LoadUnsafe(ref source, (nuint)(3 * done));
                var b = Vector128.LoadUnsafe(ref source, (nuint)((3 * done) + Step));
                var c = Vector128.LoadUnsafe(ref source, (nuint)((3 * done) + (2 * Step)));
                Write(Gather(a, b, c, 0), red[done..], mean, scale);
                Write(Gather(a, b, c, 1), green[done..], mean, scale);
                Write(Gather(a, b, c, 2), blue[done..], mean, scale);
            }
        }
        for (int p = 3 * done; done < red.Length; done++, p += 3)
        {
            red[done] = (pixels[p] - mean) * scale;
            green[done] = (pixels[p + 1] - mean) * scale;
            blue[done] = (pixels[p + 2] - mean) * scale;
        }
    }

    private static Vector128<byte> Gather(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, int channel) =>
        Vector128.Shuffle(a, Places[3 * channel]) | Vector128.Shuffle(b, Places[(3 * channel) + 1]) | Vector128.Shuffle(c, Places[(3 * channel) + 2]);

    private static void Write(Vector128<byte> values, Span<float> plane, float mean, float scale)
    {
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(values);
        (Vector128<uint> first, Vector128<uint> second) = Vector128.Widen(low);
        (Vector128<uint> third, Vector128<uint> fourth) = Vector128.Widen(high);
        Write(first, plane, mean, scale);
        Write(second, plane[4..], mean, scale);
        Write(third, plane[8..], mean, scale);
        Write(fourth, plane[12..], mean, scale);
    }

    private static void Write(Vector128<uint> values, Span<float> plane, float mean, float scale) =>
        ((Vector128.ConvertToSingle(values.AsInt32()) - Vector128.Create(mean)) * scale).CopyTo(plane);

    private static Vector128<byte> PlacesOf(int channel, int vector)
    {
        const byte beyond = 255;
        Span<byte> places = stackalloc byte[Step];
        for (int pixel = 0; pixel < Step; pixel++)
        {
            int place = (3 * pixel) + channel - (Step * vector);
            places[pixel] = place is >= 0 and < Step ? (byte)place : beyond;
        }
        return Vector128.Create<byte>(places);
    }
}
