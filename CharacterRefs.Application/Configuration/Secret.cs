namespace CharacterRefs.Application.Configuration;

/// <summary>A value that must not be printed: only <see cref="Reveal"/> returns it.</summary>
public sealed class Secret(string value)
{
    /// <summary>Returns the value; call it only where it is sent to its destination.</summary>
    public string Reveal() => value;

    /// <summary>A mask.</summary>
    public override string ToString() => "***";
}
