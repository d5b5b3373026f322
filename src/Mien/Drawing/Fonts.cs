using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using SkiaSharp;

namespace Mien.Drawing;

/// <summary>The fonts that text is drawn with: Inter, which is in the box and has Latin, Greek and Cyrillic, and the system's for other letters.</summary>
/// <remarks>Nothing is loaded before text is drawn, and the system's fonts are searched only for letters that Inter lacks.</remarks>
internal static class Fonts
{
    private const string Inter = "/Assets/Inter-Medium.ttf";

    private static readonly Lazy<SKFont> Boxed = new(LoadInter);
    private static readonly Lazy<List<SKFont>> Installed = new(LoadSystem);
    private static readonly ConcurrentDictionary<Rune, SKTypeface?> Others = new();

    /// <summary>Inter, Medium.</summary>
    public static SKTypeface Main => Boxed.Value.Typeface;

    /// <summary>Height of its capital letters at size 1.</summary>
    public static float CapitalHeight => Boxed.Value.Metrics.CapHeight;

    /// <summary>Finds a font that has a letter; null if there is none.</summary>
    public static SKTypeface? For(Rune letter) => Boxed.Value.ContainsGlyph(letter.Value) ? Main : Others.GetOrAdd(letter, Search);

    private static SKTypeface? Search(Rune letter) =>
        // Skia's library for Linux that needs no other library does not know the system's fonts; those of Windows and macOS do.
        OperatingSystem.IsLinux()
            ? Installed.Value.Find(font => font.ContainsGlyph(letter.Value))?.Typeface
            : SKFontManager.Default.MatchCharacter(letter.Value);

    /// <summary>Loads the system's fonts, those for text without serifs first.</summary>
    private static List<SKFont> LoadSystem()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] folders = ["/usr/share/fonts", "/usr/local/share/fonts", Path.Combine(home, ".local/share/fonts"), Path.Combine(home, ".fonts")];
        var everything = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        return [.. folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", everything))
            .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".ttf" or ".otf" or ".ttc")
            .OrderBy(Unlikeliness).ThenBy(file => file, StringComparer.Ordinal)
            .Select(file => SKTypeface.FromFile(file)).OfType<SKTypeface>().Select(typeface => new SKFont(typeface, 1))];
    }

    private static int Unlikeliness(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        bool Has(string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);
        return (Has("sans") ? 0 : 1) + (Has("mono") || Has("emoji") ? 4 : 0) + (Has("bold") || Has("italic") || Has("oblique") || Has("light") || Has("thin") || Has("condensed") ? 2 : 0);
    }

    /// <summary>Reads the font out of the package Avalonia.Fonts.Inter, which holds it as one of the files in a resource.</summary>
    private static SKFont LoadInter()
    {
        using Stream package = typeof(Fonts).Assembly.GetManifestResourceStream("Avalonia.Fonts.Inter.dll")!;
        var assembly = new byte[package.Length];
        package.ReadExactly(assembly);
        // Its code is not run; a resource can be had from a loaded assembly only.
        using var files = new BinaryReader(Assembly.Load(assembly).GetManifestResourceStream("!AvaloniaResources")!);
        int data = sizeof(int) + files.ReadInt32();
        _ = files.ReadInt32();
        for (int count = files.ReadInt32(); count > 0; count--)
        {
            (string name, int offset, int length) = (files.ReadString(), files.ReadInt32(), files.ReadInt32());
            if (name == Inter)
            {
                files.BaseStream.Position = data + offset;
                return new SKFont(SKTypeface.FromData(SKData.CreateCopy(files.ReadBytes(length))), 1) { LinearMetrics = true, Hinting = SKFontHinting.None };
            }
        }
        throw new InvalidOperationException($"The package Avalonia.Fonts.Inter has no {Inter}.");
    }
}
