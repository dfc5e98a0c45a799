namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Whether a generation was recorded.</summary>
public enum BeginOutcome
{
    /// <summary>It was.</summary>
    Begun,

    /// <summary>It was not: its idempotency key is recorded with another generation.</summary>
    KeyExists,

    /// <summary>It was not: it would exceed the budget of the day.</summary>
    OverBudget,
}
