namespace Mien.Cli.Commands;

/// <summary>Where annotated copies go: one file, or a folder that mirrors the folders of the pictures.</summary>
internal sealed class AnnotatedCopies
{
    private readonly string _target;
    private readonly bool _isFolder;

    private AnnotatedCopies(string target, bool isFolder) => (_target, _isFolder) = (target, isFolder);

    /// <summary>A target with a picture's extension is a file and takes one picture; anything else is a folder.</summary>
    public static AnnotatedCopies At(string target, int pictures)
    {
        bool isFolder = Directory.Exists(target) || !Image.HasPictureExtension(target);
        return isFolder || pictures == 1
            ? new(target, isFolder)
            : throw new MienException($"--annotate {target} names one file for {pictures} pictures. Name a folder instead.");
    }

    public void Write(Picture picture, Image image, IReadOnlyList<FaceReading> faces)
    {
        string path = _isFolder ? Path.Combine(_target, picture.RelativePath) : _target;
        if (Path.GetFullPath(path) == Path.GetFullPath(picture.Name))
            throw new MienException($"--annotate {_target} would overwrite the picture {picture.Name} itself. Name another file or folder.");
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        ImageAnnotator.Draw(image, faces).Save(path);
    }
}
