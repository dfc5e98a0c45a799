namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>Where a way through directories ended.</summary>
/// <param name="Folder">The directory, which the caller disposes; <c>null</c> when it was not reached.</param>
/// <param name="Obstacle">What is no directory and lies on the way; <c>null</c> with a <paramref name="Folder"/>, and when a name does not exist.</param>
/// <param name="Name">The name of the obstacle.</param>
internal readonly record struct ReachedFolder(HeldFolder? Folder, EntryKind? Obstacle = null, string? Name = null)
{
    /// <summary>There is nothing at the end of the way.</summary>
    public bool IsAbsent => Folder is null && Obstacle is null;

    /// <summary>The obstacle as a sentence.</summary>
    public string Describe() => $"\"{Name}\" is {Entry.Name(Obstacle!.Value)} where a folder should be.";
}
