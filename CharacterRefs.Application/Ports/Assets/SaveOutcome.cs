namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Outcome of a save.</summary>
public enum SaveOutcome
{
    /// <summary>The key was free, or had the same bytes and they were damaged; the content was stored.</summary>
    Stored,

    /// <summary>The same bytes exist at the key; nothing changed.</summary>
    AlreadyStored,

    /// <summary>Other bytes exist at the key, or a folder has its name in a store that is a directory; nothing changed.</summary>
    Conflict,
}
