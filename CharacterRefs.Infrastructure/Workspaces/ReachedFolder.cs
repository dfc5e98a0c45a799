namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>The result of opening a directory name by name.</summary>
/// <param name="Folder">The directory, which the caller disposes; <c>null</c> when it was not reached.</param>
/// <param name="Obstacle">The first part of the path that is no directory; <c>null</c> with a folder, and when a name does not exist.</param>
/// <param name="Name">The name of the obstacle.</param>
internal readonly record struct ReachedFolder(HeldFolder? Folder, EntryKind? Obstacle = null, string? Name = null)
{
    /// <summary>The directory does not exist.</summary>
    public bool IsAbsent => Folder is null && Obstacle is null;

    /// <summary>The obstacle as a sentence.</summary>
    public string Describe() => $"\"{Name}\" is {Entry.Name(Obstacle!.Value)} where a folder should be.";
}
