namespace CharacterRefs.Application.Ports.Assets;

/// <summary>How a save ended.</summary>
public enum SaveOutcome
{
    /// <summary>The key was free and the content stands there now.</summary>
    Stored,

    /// <summary>The same bytes stood there before; nothing changed.</summary>
    AlreadyStored,

    /// <summary>Different bytes stand there, or, in a store that is a directory, a folder and an asset claim the same name; nothing changed.</summary>
    Conflict,
}
