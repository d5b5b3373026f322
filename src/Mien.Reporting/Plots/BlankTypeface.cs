using System.Text;
using SkiaSharp;

namespace Mien.Reporting;

/// <summary>A typeface without outlines: how wide each character is, and nothing to draw.</summary>
/// <remarks>
/// A plot is laid out here and its letters are drawn by the browser, in the browser's font. The package of Skia that needs
/// no system library knows no installed font, and which ones a machine has must not change a page. The widths are about
/// those of Helvetica. The font is built as https://learn.microsoft.com/typography/opentype/spec/ says.
/// </remarks>
internal static class BlankTypeface
{
    private const int Em = 1000, Ascent = 905, Descent = 212, CapHeight = 716, XHeight = 519, LineGap = 33;

    /// <summary>From this character on, characters are as wide as they are high.</summary>
    private const int FirstWide = 0x2E80;

    private const int MiddleWidth = 556, WideWidth = Em;

    /// <summary>Those that have a glyph; a font has at most 65535, so some rare blocks have none.</summary>
    private static readonly (int First, int Last)[] Characters = [(0x20, 0xD7FF), (0xF900, 0xFFFD), (0x1F000, 0x1FFFF)];

    /// <summary>The widths from the space to the tilde.</summary>
    private static readonly short[] AsciiWidths =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    /// <summary>The typeface, shared by all plots.</summary>
    public static SKTypeface Instance { get; } = Create();

    private static SKTypeface Create()
    {
        using var data = SKData.CreateCopy(Font());
        return SKTypeface.FromData(data);
    }

    /// <summary>A TrueType file; each table is written as 16-bit words.</summary>
    private static byte[] Font()
    {
        int glyphs = Characters[0].First + Characters.Sum(block => block.Last - block.First + 1);
        int[] name = [.. nameof(BlankTypeface).Select(letter => (int)letter)];
        (string Tag, int[] Words)[] tables =
        [
            ("OS/2", [4, MiddleWidth, 400, 5, .. new int[27], 0x40, 0x20, 0xFFFF, Ascent, -Descent, LineGap, Ascent, Descent, .. new int[4], XHeight, CapHeight, 0, 0x20, 0]),
            ("cmap", [0, 1, 3, 10, 0, 12, 12, 0, 0, 16 + (12 * Characters.Length), 0, 0, 0, Characters.Length, .. CharacterGroups()]),
            ("glyf", [0, 0]),
            ("head", [1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, Em, .. new int[9], -Descent, Em, Ascent, 0, 8, 2, 0, 0]),
            ("hhea", [1, 0, Ascent, -Descent, LineGap, AsciiWidths.Max(), 0, 0, Em, 1, .. new int[7], FirstWide + 1]),
            ("hmtx", [.. Enumerable.Range(0, FirstWide + 1).SelectMany(character => (int[])[Width(character), 0]), .. new int[glyphs - FirstWide - 1]]),
            ("loca", new int[glyphs + 1]),
            ("maxp", [1, 0, glyphs, 0, 0, 0, 0, 2, .. new int[8]]),
            ("name", [0, 3, 6 + (3 * 12), .. ((int[])[1, 4, 6]).SelectMany(kind => (int[])[3, 1, 0x409, kind, 2 * name.Length, 0]), .. name]),
            ("post", [3, 0, 0, 0, -100, 50, .. new int[10]]),
        ];
        var font = new MemoryStream();
        Long(0x00010000);
        Words([tables.Length, 128, 3, (16 * tables.Length) - 128]);
        int offset = 12 + (16 * tables.Length);
        foreach (var (tag, words) in tables)
        {
            font.Write(Encoding.ASCII.GetBytes(tag));
            Long(words.Chunk(2).Aggregate(0, (sum, pair) => unchecked(sum + (pair[0] << 16) + (pair.Length > 1 ? pair[1] & 0xFFFF : 0))));
            Long(offset);
            Long(2 * words.Length);
            offset += 4 * ((words.Length + 1) / 2);
        }
        foreach (var (_, words) in tables)
            Words(words.Length % 2 == 0 ? words : [.. words, 0]);
        return font.ToArray();

        void Long(int value) => Words([value >> 16, value]);

        void Words(int[] words)
        {
            foreach (int word in words)
                font.Write([(byte)(word >> 8), (byte)word]);
        }
    }

    /// <summary>First and last character and first glyph of each block, two words each.</summary>
    private static IEnumerable<int> CharacterGroups()
    {
        int glyph = Characters[0].First;
        foreach (var (first, last) in Characters)
        {
            foreach (int value in (int[])[first, last, glyph])
            {
                yield return value >> 16;
                yield return value & 0xFFFF;
            }
            glyph += last - first + 1;
        }
    }

    private static int Width(int character) => character switch
    {
        < 0x20 => 0,
        <= '~' => AsciiWidths[character - 0x20],
        // Accents that stand over the letter before them.
        >= 0x300 and < 0x370 => 0,
        // The letters of which Hangul syllables are made.
        (>= 0x1100 and < 0x1200) or >= FirstWide => WideWidth,
        _ => MiddleWidth,
    };
}
