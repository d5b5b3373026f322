namespace Mien.Imaging.Files;

/// <summary>The first directory of a TIFF file; EXIF data have the same form.</summary>
internal readonly ref struct TiffDirectory
{
    private const int Width = 256, Height = 257, BitsPerSample = 258, Photometric = 262, StripOffsets = 273, StripByteCounts = 279,
        TileOffsets = 324, TileByteCounts = 325, SampleFormat = 339;
    private const int Short = 3, Long = 4;
    private const int FloatingPoint = 3;
    private const int EntryLength = 12;

    private readonly PictureBytes _file;
    private readonly bool _bigEndian;
    private readonly long _entries;
    private readonly int _count;

    public TiffDirectory(PictureBytes file)
    {
        _file = file;
        _bigEndian = file.U8(0) == 'M';
        long offset = file.U32(4, _bigEndian);
        _count = file.U16(offset, _bigEndian);
        _entries = offset + 2;
        file.Require(_entries, (long)_count * EntryLength);
    }

    /// <summary>The picture's size as stored.</summary>
    public (long Width, long Height) Size => (Value(Width) ?? 0, Value(Height) ?? 0);

    /// <summary>The first number of a tag of type SHORT or LONG, or null.</summary>
    public long? Value(int tag) => Find(tag) is { Count: > 0 } field ? Number(field, 0) : null;

    /// <summary>Checks that the values of the tags that describe pixels, and all strips or tiles, lie within the file.</summary>
    public PictureDetails Inspect()
    {
        for (int i = 0; i < _count; i++)
        {
            long entry = Entry(i);
            long length = _file.U32(entry + 4, _bigEndian) * (long)TypeSize(_file.U16(entry + 2, _bigEndian));
            if (_file.U16(entry, _bigEndian) <= SampleFormat && length > 4)
                _file.Require(_file.U32(entry + 8, _bigEndian), length);
        }
        RequireParts(StripOffsets, StripByteCounts);
        RequireParts(TileOffsets, TileByteCounts);
        if (Value(SampleFormat) is FloatingPoint || Value(BitsPerSample) > 16)
            throw new ImageException($"{_file.Source}: only 8 and 16 bits a channel are supported. Save it so.");
        return new PictureDetails { IsGray = Value(Photometric) is 0 or 1 };
    }

    private void RequireParts(int offsetsTag, int countsTag)
    {
        if (Find(offsetsTag) is not { } offsets || Find(countsTag) is not { } counts)
            return;
        for (long i = 0; i < Math.Min(offsets.Count, counts.Count); i++)
            _file.Require(Number(offsets, i), Number(counts, i));
    }

    private (long Offset, int Type, long Count)? Find(int tag)
    {
        for (int i = 0; i < _count; i++)
        {
            long entry = Entry(i);
            if (_file.U16(entry, _bigEndian) != tag)
                continue;
            int type = _file.U16(entry + 2, _bigEndian);
            if (type is not (Short or Long))
                return null;
            long count = _file.U32(entry + 4, _bigEndian);
            long length = count * TypeSize(type);
            long offset = length <= 4 ? entry + 8 : _file.U32(entry + 8, _bigEndian);
            _file.Require(offset, length);
            return (offset, type, count);
        }
        return null;
    }

    private long Entry(int index) => _entries + (index * EntryLength);

    /// <summary>Bytes a value of a type, 0 for one that is unknown.</summary>
    private static int TypeSize(int type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        Short or 8 => 2,
        Long or 9 or 11 => 4,
        5 or 10 or 12 => 8,
        _ => 0,
    };

    private long Number((long Offset, int Type, long Count) field, long index) => field.Type == Short
        ? _file.U16(field.Offset + (index * 2), _bigEndian)
        : _file.U32(field.Offset + (index * 4), _bigEndian);
}
