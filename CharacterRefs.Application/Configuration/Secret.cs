namespace CharacterRefs.Application.Configuration;

/// <summary>A value that must not be printed: every way of turning it into text but <see cref="Reveal"/> gives a mask.</summary>
public sealed class Secret(string value)
{
    /// <summary>The value itself; call it only where the value leaves for its one destination.</summary>
    public string Reveal() => value;

    /// <summary>A mask.</summary>
    public override string ToString() => "***";
}
