namespace Mien.Training;

/// <summary>One picture of a class folder.</summary>
/// <param name="File">Relative path in the tree.</param>
/// <param name="Split">The split that it belongs to.</param>
/// <param name="Class">Index into the labels.</param>
internal readonly record struct ClassFile(string File, string Split, int Class);

/// <summary>Finds out which folders of a tree are splits and which are classes.</summary>
/// <remarks>
/// Layouts: class folders; split folders that hold class folders; either of them below <c>images</c> or below folders that
/// hold nothing but one folder, as archives unpack.
/// </remarks>
internal sealed class ClassFolders
{
    private readonly FileTree _tree;
    private readonly FaultLog _faults;
    private readonly ILookup<string, string> _children;

    private ClassFolders(FileTree tree, FaultLog faults)
    {
        (_tree, _faults) = (tree, faults);
        _children = tree.Folders.ToLookup(Parent);
    }

    /// <summary>The classes, in order.</summary>
    public IReadOnlyList<string> Labels { get; private set; } = [];

    /// <summary>The pictures, in the order of splits and then in ordinal order of their paths.</summary>
    public IReadOnlyList<ClassFile> Files { get; private set; } = [];

    /// <exception cref="MienException">The tree has no class folders, or names that do not go together; the message names the folder.</exception>
    public static ClassFolders Find(FileTree tree, FaultLog faults)
    {
        var folders = new ClassFolders(tree, faults);
        folders.Find();
        return folders;
    }

    private void Find()
    {
        string root = Root();
        (string Split, string Folder)[] splits = Splits(root);
        (string Split, string Folder)[] classes = [.. splits.SelectMany(split => _children[split.Folder].Select(folder => (split.Split, folder)))];
        if (classes.Select(item => Name(item.Folder)).Distinct(StringComparer.OrdinalIgnoreCase).Count() < 2)
        {
            throw new MienException($"{_tree.Describe(root)} holds no folders of classes to tell apart. "
                + "Give each class a folder of its own (angry, happy, ...), at the top or below train, validation and test.");
        }
        Labels = LabelsOf(classes.Select(item => item.Folder));

        var indices = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < Labels.Count; i++)
            indices[Labels[i]] = i;
        var byFolder = classes.ToDictionary(item => item.Folder, item => (item.Split, Class: indices[LabelOf(item.Folder)]));
        var filled = new HashSet<string>();
        var files = new List<ClassFile>(_tree.Files.Count);
        foreach (string file in _tree.Files)
        {
            bool readable = Image.ReadableExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
            string folder = Parent(file);
            while (folder.Length > 0 && !byFolder.ContainsKey(folder))
                folder = Parent(folder);
            if (folder.Length == 0)
            {
                // What lies beside the classes (a licence, a table) is none of the data; a picture may well be.
                if (readable)
                    _faults.Add(_tree.Describe(file), null, "the picture lies in no class folder");
            }
            else if (readable)
            {
                filled.Add(folder);
                files.Add(new(file, byFolder[folder].Split, byFolder[folder].Class));
            }
            else
            {
                _faults.Add(_tree.Describe(file), null, $"is no picture of a kind that is read ({string.Join(' ', Image.ReadableExtensions)})");
            }
        }
        foreach (string empty in byFolder.Keys.Where(folder => !filled.Contains(folder)).Order(StringComparer.Ordinal))
            _faults.Add(_tree.Describe(empty), null, "the class folder holds no picture");
        if (files.Count == 0)
            throw new MienException($"{_tree.Path} holds no pictures in class folders.");
        Files = [.. files.OrderBy(file => SplitName.Rank(file.Split))];
    }

    /// <summary>The folder in which the splits or classes lie.</summary>
    private string Root()
    {
        string root = "";
        while (true)
        {
            string[] children = [.. _children[root]];
            if (children.Any(child => SplitName.FromSpelling(Name(child)) is not null || Emotion.FromSpelling(Name(child)) is not null))
                return root;
            string? next = children.FirstOrDefault(child => Name(child).Equals("images", StringComparison.OrdinalIgnoreCase))
                ?? (children.Length == 1 ? children[0] : null);
            if (next is null || !_children[next].Any())
                return root;
            root = next;
        }
    }

    private (string Split, string Folder)[] Splits(string root)
    {
        string[] children = [.. _children[root]];
        if (children.All(child => SplitName.FromSpelling(Name(child)) is null))
            return [(SplitName.All, root)];
        var splits = new Dictionary<string, string>();
        foreach (string child in children)
        {
            string split = SplitName.FromSpelling(Name(child))
                ?? throw new MienException($"{_tree.Describe(child)} is neither train, validation nor test, as the folders beside it are. Rename it, or move it elsewhere.");
            if (!splits.TryAdd(split, child))
                throw new MienException($"{_tree.Describe(splits[split])} and {_tree.Describe(child)} both mean the {split} split. Put them together, or rename one.");
        }
        return [.. splits.Select(split => (split.Key, split.Value))];
    }

    private string[] LabelsOf(IEnumerable<string> folders)
    {
        string[] all = [.. folders];
        string[] unknown = [.. all.Where(folder => Emotion.FromSpelling(Name(folder)) is null)];
        if (unknown.Length == 0)
        {
            var present = all.Select(LabelOf).ToHashSet();
            return [.. Emotion.All.Where(present.Contains)];
        }
        if (unknown.Length < all.Length)
        {
            throw new MienException($"{_tree.Describe(unknown[0])} is no emotion that Mien knows, but folders beside it are. If it is misspelled, rename it "
                + $"to one of {string.Join(", ", Emotion.All)}; if these are classes of your own, rename those that are called like an emotion.");
        }
        string[] own = [.. all.Select(Name).Distinct().Order(StringComparer.Ordinal)];
        if (own.GroupBy(label => label, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new MienException($"{_tree.Path} has class folders that differ in capitals only: {string.Join(", ", twice)}. Give them one name.");
        return own;
    }

    private static string LabelOf(string folder) => Emotion.FromSpelling(Name(folder)) ?? Name(folder);

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";
}
