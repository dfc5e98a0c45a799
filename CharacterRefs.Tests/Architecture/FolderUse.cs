namespace CharacterRefs.Tests.Architecture;

/// <summary>A line of one namespace that names another namespace of the same layer.</summary>
/// <param name="From">The namespace of the file.</param>
/// <param name="To">The namespace that the line names, or the one that the named type is in.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="What">The type, or the namespace of a using directive.</param>
internal sealed record FolderUse(string From, string To, string Path, int Line, string What)
{
    public override string ToString() => $"{Path}:{Line} uses {(What == To ? To : $"{What} of {To}")}";
}
