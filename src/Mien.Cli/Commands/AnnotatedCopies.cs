namespace Mien.Cli.Commands;

/// <summary>Where annotated copies go: one file, or a folder that mirrors the folders of the pictures.</summary>
internal sealed class AnnotatedCopies
{
    private readonly string _option;
    private readonly string _target;
    private readonly bool _isFolder;

    private AnnotatedCopies(string option, string target, bool isFolder) => (_option, _target, _isFolder) = (option, target, isFolder);

    /// <summary>A target with a picture's extension is a file and takes one picture; anything else is a folder.</summary>
    /// <param name="option">The option that names the target, for messages.</param>
    /// <param name="target">The file or folder.</param>
    /// <param name="pictures">How many pictures there are.</param>
    public static AnnotatedCopies At(string option, string target, int pictures)
    {
        bool isFolder = Directory.Exists(target) || !Pictures.IsPicture(target);
        return isFolder || pictures == 1
            ? new(option, target, isFolder)
            : throw new MienException($"{option} {target} names one file for {pictures} pictures. Name a folder instead.");
    }

    public void Write(Picture picture, Func<Image> draw)
    {
        string path = _isFolder ? Path.Combine(_target, picture.RelativePath) : _target;
        // Some formats are read and not written.
        if (_isFolder && !Image.IsWritable(Path.GetExtension(path)))
            path += ".jpg";
        if (Path.GetFullPath(path) == Path.GetFullPath(picture.Name))
            throw new MienException($"{_option} {_target} would overwrite the picture {picture.Name} itself. Name another file or folder.");
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        draw().Save(path);
    }
}
