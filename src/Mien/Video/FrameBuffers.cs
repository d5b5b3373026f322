namespace Mien.Video;

/// <summary>Pixels of frames that are no longer used, for those to come. Safe to share between threads.</summary>
internal sealed class FrameBuffers
{
    private const int Most = 16;
    private readonly Stack<byte[]> _free = [];

    /// <summary>A buffer of exactly this length; its content is anything.</summary>
    public byte[] Rent(int length)
    {
        lock (_free)
        {
            if (_free.TryPop(out byte[]? buffer))
            {
                if (buffer.Length == length)
                    return buffer;
                // The size has changed, and none of the others fits either.
                _free.Clear();
            }
        }
        return GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(byte[] buffer)
    {
        lock (_free)
        {
            if (_free.Count < Most)
                _free.Push(buffer);
        }
    }
}
