using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Mien.Training.Tests.Runtime;

public sealed class WeakVersionTests
{
    private const string Version = "GLIBCXX_3.4.32";

    [Fact]
    public void The_named_version_is_marked_and_nothing_else_changes()
    {
        byte[] library = Library();
        byte[] marked = [.. library];
        Assert.True(WeakVersion.Mark(marked, "V_2"));
        // The flags of the second version of the first library, which lies after a library and a version of 16 bytes each.
        int flags = NeedsAt + 32 + 4;
        Assert.Equal(2, BinaryPrimitives.ReadUInt16LittleEndian(marked.AsSpan(flags)));
        marked[flags] = 0;
        Assert.Equal(library, marked);
    }

    [Theory]
    [InlineData("V_3")]
    [InlineData("V_")]
    public void A_version_that_is_not_needed_changes_nothing(string version)
    {
        byte[] library = Library();
        Assert.False(WeakVersion.Mark(library, version));
        Assert.Equal(Library(), library);
    }

    [Fact]
    public void What_is_no_library_or_a_damaged_one_is_left_alone()
    {
        Assert.False(WeakVersion.Mark(Encoding.ASCII.GetBytes("a poem"), "V_2"));
        byte[] library = Library();
        for (int length = 0; length < library.Length; length++)
            WeakVersion.Mark(library.AsSpan(0, length), "V_2");
        BinaryPrimitives.WriteInt64LittleEndian(library.AsSpan(0x28), long.MaxValue);
        Assert.False(WeakVersion.Mark(library, "V_2"));
    }

    /// <summary>The real library: where it does not load for the lack of that version, the marked copy does.</summary>
    [Fact]
    public void TorchSharps_binding_loads_where_the_systems_library_is_older()
    {
        Libtorch.Require();
        string? path = Above(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, "artifacts", "libtorch", "libLibTorchSharp.so")).FirstOrDefault(File.Exists);
        if (path is null)
            Assert.Skip("needs Linux and artifacts/libtorch");
        byte[] library = File.ReadAllBytes(path);
        Assert.True(WeakVersion.Mark(library, Version));
        string copy = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(copy, library);
            IntPtr handle = NativeLibrary.Load(copy);
            Assert.True(NativeLibrary.TryGetExport(handle, "THSTorch_get_num_threads", out _));
            NativeLibrary.Free(handle);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private const int NeedsAt = 64, NamesAt = NeedsAt + 64, SectionsAt = NamesAt + 16;

    /// <summary>An ELF file that needs two versions of one library and none of a second.</summary>
    private static byte[] Library()
    {
        var bytes = new byte[SectionsAt + (2 * 64)];
        Span<byte> all = bytes;
        "\u007fELF\u0002\u0001"u8.CopyTo(all);
        BinaryPrimitives.WriteInt64LittleEndian(all[0x28..], SectionsAt);
        BinaryPrimitives.WriteUInt16LittleEndian(all[0x3a..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(all[0x3c..], 2);
        "\0V_1\0V_2\0V_4\0"u8.CopyTo(all[NamesAt..]);
        Entry(all[NeedsAt..], count: 2, first: 16, next: 48);
        Needed(all[(NeedsAt + 16)..], name: 1, next: 16);
        Needed(all[(NeedsAt + 32)..], name: 5, next: 0);
        Entry(all[(NeedsAt + 48)..], count: 0, first: 0, next: 0);
        Section(all[SectionsAt..], type: 3, NamesAt, size: 16, link: 0, info: 0);
        Section(all[(SectionsAt + 64)..], type: 0x6ffffffe, NeedsAt, size: 64, link: 0, info: 2);
        return bytes;
    }

    private static void Entry(Span<byte> at, ushort count, uint first, uint next)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], count);
        BinaryPrimitives.WriteUInt32LittleEndian(at[8..], first);
        BinaryPrimitives.WriteUInt32LittleEndian(at[12..], next);
    }

    private static void Needed(Span<byte> at, uint name, uint next)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(at[8..], name);
        BinaryPrimitives.WriteUInt32LittleEndian(at[12..], next);
    }

    private static void Section(Span<byte> at, uint type, long offset, long size, uint link, uint info)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(at[4..], type);
        BinaryPrimitives.WriteInt64LittleEndian(at[0x18..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(at[0x20..], size);
        BinaryPrimitives.WriteUInt32LittleEndian(at[0x28..], link);
        BinaryPrimitives.WriteUInt32LittleEndian(at[0x2c..], info);
    }

    private static IEnumerable<string> Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            yield return folder.FullName;
    }
}
