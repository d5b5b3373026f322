namespace Mien.Imaging.Codecs;

/// <summary>A picture file that seems to end when its budget is spent: the one way to stop a decoder of Skia.</summary>
internal sealed unsafe class BudgetedStream(byte* file, long length, DecodingBudget budget) : UnmanagedMemoryStream(file, length)
{
    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => budget.IsSpent ? 0 : base.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => budget.IsSpent ? 0 : base.Read(buffer);
}
