namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>Draws the figure as SVG shapes in a box of <see cref="Width"/> × <see cref="Height"/> units: back to front, feet on the floor.</summary>
internal sealed class FigureSvg
{
    public const int Width = 400;
    public const int Height = 700;

    private const int Centre = Width / 2;
    private const int Floor = 676;
    private const int TorsoLength = 190;

    private readonly CharacterTraits _traits;
    private readonly StringBuilder _svg = new();
    private readonly int _hip;
    private readonly int _shoulder;
    private readonly int _headY;
    private readonly int _left;
    private readonly int _right;

    private FigureSvg(CharacterTraits traits)
    {
        _traits = traits;
        _hip = Floor - traits.Legs;
        _shoulder = _hip - TorsoLength;
        _headY = _shoulder - 22 - traits.Head;
        _left = Centre - traits.Shoulders;
        _right = Centre + traits.Shoulders;
    }

    /// <summary>The shapes, without an enclosing element.</summary>
    public static string Draw(CharacterTraits traits)
    {
        var figure = new FigureSvg(traits);
        figure.DrawAll();
        return figure._svg.ToString();
    }

    private void DrawAll()
    {
        Add($"<ellipse cx='{Centre}' cy='{Floor + 4}' rx='128' ry='16' fill='#000' opacity='.16'/>");
        DrawCape();
        DrawBackHair();
        DrawLegs();
        DrawHeldItem();
        DrawArm(_left, -1);
        DrawArm(_right, 1);
        DrawTorso();
        DrawHead();
        DrawFrontHair();
        DrawHeadgear();
    }

    private void DrawCape()
    {
        if (_traits.HasCape)
        {
            Add($"""
                <path d='M{_left + 6} {_shoulder + 8} Q{Centre} {_shoulder - 16} {_right - 6} {_shoulder + 8} L{_right + 42} {Floor - 46}
                Q{Centre} {Floor - 14} {_left - 42} {Floor - 46}Z' fill='{_traits.SecondDark}'/>
                """);
        }
    }

    private void DrawBackHair()
    {
        var (head, y) = (_traits.Head, _headY);
        switch (_traits.HairStyle)
        {
            case HairStyle.Long:
                Add($"""
                    <path d='M{Centre - head - 8} {y} Q{Centre - head - 8} {y - head - 16} {Centre} {y - head - 16} Q{Centre + head + 8}
                    {y - head - 16} {Centre + head + 8} {y} L{Centre + head + 18} {_shoulder + 70} Q{Centre} {_shoulder + 96}
                    {Centre - head - 18} {_shoulder + 70}Z' fill='{_traits.Hair}'/>
                    """);
                break;
            case HairStyle.Bun:
                Add($"<circle cx='{Centre}' cy='{y - head - 16}' r='24' fill='{_traits.Hair}'/>");
                break;
            case HairStyle.Curls:
                for (var i = 0; i < 9; i++)
                {
                    var angle = Math.PI * (0.9 + (i * 0.15));
                    Add($"""
                        <circle cx='{Centre + ((head + 4) * Math.Cos(angle)):0.#}' cy='{y + ((head + 4) * Math.Sin(angle)):0.#}' r='20'
                        fill='{_traits.Hair}'/>
                        """);
                }

                break;
            default:
                break;
        }
    }

    private void DrawLegs()
    {
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            var x = Centre + (side * 27);
            Add($"<path d='M{x - 24} {_hip - 12} H{x + 24} L{x + 19} {Floor - 30} H{x - 19}Z' fill='{_traits.SecondDark}'/>");
            Add($"""
                <path d='M{x - (side * 21)} {Floor - 70} H{x + (side * 21)} V{Floor - 22} Q{x + (side * 44)} {Floor - 20} {x + (side * 40)}
                {Floor} H{x - (side * 22)}Z' fill='#3a322d'/>
                """);
            Add($"<rect x='{x - 23}' y='{Floor - 76}' width='46' height='12' rx='5' fill='{_traits.Accent}'/>");
        }
    }

    private void DrawArm(int shoulderX, int side)
    {
        var (elbow, hand) = (shoulderX + (side * 30), shoulderX + (side * 26));
        var (top, handY) = (_shoulder + 26, _hip + 14);
        Add($"""
            <path d='M{shoulderX - (side * 14)} {top} Q{elbow} {top + 74} {hand} {handY - 14}' fill='none' stroke='{_traits.MainDark}'
            stroke-width='36' stroke-linecap='round'/>
            """);
        Add($"<circle cx='{hand}' cy='{handY}' r='18' fill='{_traits.Skin}'/>");
        Add($"<path d='M{hand - 17} {handY - 20} H{hand + 17}' stroke='{_traits.Accent}' stroke-width='11' stroke-linecap='round'/>");
    }

    private void DrawTorso()
    {
        var waist = _traits.Waist;
        Add($"<rect x='{Centre - 17}' y='{_shoulder - 30}' width='34' height='46' rx='12' fill='{_traits.Skin}'/>");
        Add($"""
            <path d='M{_left} {_shoulder + 26} Q{_left} {_shoulder} {_left + 28} {_shoulder - 2} L{Centre - 20} {_shoulder - 8} Q{Centre}
            {_shoulder + 14} {Centre + 20} {_shoulder - 8} L{_right - 28} {_shoulder - 2} Q{_right} {_shoulder} {_right} {_shoulder + 26}
            L{Centre + waist} {_hip - 30} L{Centre + waist + 8} {_hip + 6} H{Centre - waist - 8} L{Centre - waist} {_hip - 30}Z'
            fill='{_traits.Main}'/>
            """);
        switch (_traits.Outfit)
        {
            case Outfit.Robe:
                Add($"""
                    <path d='M{Centre - waist - 4} {_hip - 32} H{Centre + waist + 4} L{Centre + waist + 38} {Floor - 40} Q{Centre} {Floor - 20}
                    {Centre - waist - 38} {Floor - 40}Z' fill='{_traits.Main}'/>
                    """);
                Add($"<path d='M{Centre - 13} {_shoulder} H{Centre + 13} L{Centre + 24} {Floor - 31} H{Centre - 24}Z' fill='{_traits.Second}'/>");
                break;
            case Outfit.Armour:
                Add($"""
                    <path d='M{_left + 20} {_shoulder + 16} Q{Centre} {_shoulder + 4} {_right - 20} {_shoulder + 16} L{Centre + waist - 6}
                    {_hip - 48} Q{Centre} {_hip - 22} {Centre - waist + 6} {_hip - 48}Z' fill='#b9c0c8'/>
                    """);
                Add($"<path d='M{Centre} {_shoulder + 10} V{_hip - 36}' stroke='#8a929c' stroke-width='4'/>");
                Add($"""
                    <ellipse cx='{_left + 10}' cy='{_shoulder + 20}' rx='33' ry='25' fill='#d3d9df'/><ellipse cx='{_right - 10}'
                    cy='{_shoulder + 20}' rx='33' ry='25' fill='#d3d9df'/>
                    """);
                Add($"<circle cx='{Centre}' cy='{_shoulder + 62}' r='14' fill='{_traits.Accent}'/>");
                break;
            case Outfit.Coat:
                Add($"""
                    <path d='M{Centre - waist - 6} {_hip - 30} L{Centre - waist - 26} {_hip + 104} H{Centre - 12} V{_hip - 30}Z
                    M{Centre + waist + 6} {_hip - 30} L{Centre + waist + 26} {_hip + 104} H{Centre + 12} V{_hip - 30}Z'
                    fill='{_traits.MainDark}'/>
                    """);
                Add($"""
                    <path d='M{Centre - 24} {_shoulder - 6} L{Centre} {_shoulder + 70} L{Centre + 24} {_shoulder - 6} L{Centre + 44}
                    {_shoulder + 20} L{Centre} {_shoulder + 108} L{Centre - 44} {_shoulder + 20}Z' fill='{_traits.Second}'/>
                    """);
                Add($"""
                    <circle cx='{Centre}' cy='{_shoulder + 122}' r='5' fill='{_traits.Accent}'/><circle cx='{Centre}' cy='{_shoulder + 142}'
                    r='5' fill='{_traits.Accent}'/>
                    """);
                break;
            default:
                Add($"""
                    <path d='M{Centre - waist - 6} {_hip - 28} H{Centre + waist + 6} L{Centre + waist + 22} {_hip + 56} L{Centre} {_hip + 74}
                    L{Centre - waist - 22} {_hip + 56}Z' fill='{_traits.MainDark}'/>
                    """);
                Add($"<path d='M{Centre - 22} {_shoulder - 8} L{Centre} {_shoulder + 52} L{Centre + 22} {_shoulder - 8}' fill='{_traits.Second}'/>");
                break;
        }

        Add($"""
            <rect x='{Centre - waist - 6}' y='{_hip - 42}' width='{(2 * waist) + 12}' height='20' rx='6' fill='#4b3a2e'/><rect
            x='{Centre - 14}' y='{_hip - 46}' width='28' height='28' rx='6' fill='{_traits.Accent}'/>
            """);
    }

    private void DrawHead()
    {
        var (head, y) = (_traits.Head, _headY);
        Add($"""
            <circle cx='{Centre - head}' cy='{y + 8}' r='10' fill='{_traits.Skin}'/><circle cx='{Centre + head}' cy='{y + 8}' r='10'
            fill='{_traits.Skin}'/>
            """);
        Add($"<ellipse cx='{Centre}' cy='{y}' rx='{head}' ry='{head + 8}' fill='{_traits.Skin}'/>");
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            var x = Centre + (side * 20);
            Add($"<ellipse cx='{x}' cy='{y + 6}' rx='6.5' ry='8.5' fill='#2b2624'/><circle cx='{x + 2}' cy='{y + 3}' r='2.4' fill='#fff'/>");
            Add($"""
                <path d='M{x - 10} {y - 11} Q{x} {y - 17} {x + 10} {y - 11}' fill='none' stroke='{_traits.Hair}' stroke-width='4.5'
                stroke-linecap='round'/>
                """);
            Add($"<ellipse cx='{Centre + (side * 31)}' cy='{y + 21}' rx='8' ry='5' fill='#e0655a' opacity='.28'/>");
        }

        if (_traits.HasBeard)
        {
            Add($"""
                <path d='M{Centre - head + 3} {y + 12} Q{Centre - head + 6} {y + head + 24} {Centre} {y + head + 34} Q{Centre + head - 6}
                {y + head + 24} {Centre + head - 3} {y + 12} Q{Centre} {y + 40} {Centre - head + 3} {y + 12}Z' fill='{_traits.Hair}'/>
                """);
        }

        const string Lips = "stroke='#7a2f2a' stroke-width='4' stroke-linecap='round'";
        Add(_traits.Mood switch
        {
            0 => $"""
                <path d='M{Centre - 14} {y + 29} Q{Centre} {y + 42} {Centre + 14} {y + 29}' fill='none'
                stroke='#7a2f2a' stroke-width='4' stroke-linecap='round'/>
                """,
            1 => $"<path d='M{Centre - 12} {y + 32} H{Centre + 12}' fill='none' {Lips}/>",
            _ => $"<path d='M{Centre - 15} {y + 27} H{Centre + 15} Q{Centre} {y + 48} {Centre - 15} {y + 27}Z' fill='#fff' stroke='#7a2f2a' stroke-width='3'/>",
        });
        if (_traits.HasGlasses)
        {
            Add($"""
                <g fill='#fff' fill-opacity='.25' stroke='#2b2624' stroke-width='3.5'><circle cx='{Centre - 20}' cy='{y + 6}' r='15'/><circle
                cx='{Centre + 20}' cy='{y + 6}' r='15'/><path d='M{Centre - 5} {y + 6} H{Centre + 5}'/></g>
                """);
        }
    }

    private void DrawFrontHair()
    {
        var (head, y) = (_traits.Head, _headY);
        switch (_traits.HairStyle)
        {
            case HairStyle.Bald:
                break;
            case HairStyle.Mohawk:
                Add($"""
                    <path d='M{Centre - 13} {y - head + 16} Q{Centre - 24} {y - head - 44} {Centre} {y - head - 48} Q{Centre + 24}
                    {y - head - 44} {Centre + 13} {y - head + 16}Z' fill='{_traits.Hair}'/>
                    """);
                break;
            default:
                Add($"""
                    <path d='M{Centre - head - 3} {y - 2} Q{Centre - head - 6} {y - head - 16} {Centre} {y - head - 16} Q{Centre + head + 6}
                    {y - head - 16} {Centre + head + 3} {y - 2} Q{Centre + head - 10} {y - 24} {Centre + 8} {y - 30} Q{Centre - 24} {y - 22}
                    {Centre - head - 3} {y - 2}Z' fill='{_traits.Hair}'/>
                    """);
                break;
        }
    }

    private void DrawHeadgear()
    {
        var (head, top, brow) = (_traits.Head, _headY - _traits.Head, _headY - 20);
        switch (_traits.Headgear)
        {
            case Headgear.Helmet:
                Add($"""
                    <path d='M{Centre - head - 9} {brow + 34} V{brow - 4} Q{Centre - head} {top - 26} {Centre} {top - 26} Q{Centre + head}
                    {top - 26} {Centre + head + 9} {brow - 4} V{brow + 34} H{Centre + head - 7} V{brow + 4} H{Centre - head + 7} V{brow + 34}Z'
                    fill='#c3cad2' stroke='#8a929c' stroke-width='3'/>
                    """);
                Add($"""
                    <path d='M{Centre} {top - 26} Q{Centre + 34} {top - 74} {Centre + 62} {top - 6} Q{Centre + 30} {top - 30} {Centre}
                    {top - 26}Z' fill='{_traits.Accent}'/>
                    """);
                break;
            case Headgear.WizardHat:
                Add($"""
                    <path d='M{Centre - head + 2} {brow - 2} L{Centre + 20} {top - 92} L{Centre + head - 2} {brow - 2}Z' fill='{_traits.Main}'/>
                    <ellipse cx='{Centre}' cy='{brow}' rx='{head + 34}' ry='13' fill='{_traits.MainDark}'/>
                    """);
                Add($"<path d='M{Centre - head + 5} {brow - 12} H{Centre + head - 6}' stroke='{_traits.Accent}' stroke-width='10'/>");
                break;
            case Headgear.Crown:
                Add($"""
                    <path d='M{Centre - head + 4} {brow - 8} L{Centre - head} {top - 34} L{Centre - 22} {top - 10} L{Centre} {top - 44}
                    L{Centre + 22} {top - 10} L{Centre + head} {top - 34} L{Centre + head - 4} {brow - 8}Z' fill='#e7bf4a' stroke='#b58a22'
                    stroke-width='3'/><circle cx='{Centre}' cy='{brow - 24}' r='7' fill='{_traits.Accent}'/>
                    """);
                break;
            case Headgear.Hood:
                Add($"""
                    <path fill-rule='evenodd' d='M{Centre - head - 20} {_shoulder + 4} Q{Centre - head - 34} {top - 34} {Centre} {top - 38}
                    Q{Centre + head + 34} {top - 34} {Centre + head + 20} {_shoulder + 4} Q{Centre} {_shoulder + 28} {Centre - head - 20}
                    {_shoulder + 4}Z M{Centre - head + 2} {_headY + 4} Q{Centre - head + 4} {_headY + head + 10} {Centre} {_headY + head + 12}
                    Q{Centre + head - 4} {_headY + head + 10} {Centre + head - 2} {_headY + 4} Q{Centre + head - 4} {top + 4} {Centre}
                    {top + 2} Q{Centre - head + 4} {top + 4} {Centre - head + 2} {_headY + 4}Z' fill='{_traits.MainDark}'/>
                    """);
                break;
            case Headgear.Cap:
                Add($"""
                    <path d='M{Centre - head - 4} {brow} Q{Centre - head} {top - 24} {Centre} {top - 24} Q{Centre + head} {top - 24}
                    {Centre + head + 4} {brow}Z' fill='{_traits.Second}'/><path d='M{Centre - head - 4} {brow - 4} H{Centre + head + 40}
                    Q{Centre + head + 30} {brow + 12} {Centre + head} {brow + 8} H{Centre - head - 4}Z' fill='{_traits.SecondDark}'/>
                    """);
                break;
            case Headgear.Horns:
                foreach (var side in (ReadOnlySpan<int>)[-1, 1])
                {
                    var x = Centre + (side * (head - 12));
                    Add($"""
                        <path d='M{x} {top + 24} Q{x + (side * 56)} {top + 8} {x + (side * 36)} {top - 52} Q{x + (side * 30)} {top - 10}
                        {x - (side * 20)} {top + 8}Z' fill='#e9dfc8' stroke='#b7a98a' stroke-width='3'/>
                        """);
                }

                break;
            default:
                break;
        }
    }

    private void DrawHeldItem()
    {
        var (x, y) = (_right + 26, _hip + 14);
        switch (_traits.HeldItem)
        {
            case HeldItem.Staff:
                Add($"""
                    <path d='M{x} {_headY - 30} V{Floor}' stroke='#6b4a2f' stroke-width='11' stroke-linecap='round'/><circle cx='{x}'
                    cy='{_headY - 44}' r='24' fill='{_traits.Accent}'/><circle cx='{x - 7}' cy='{_headY - 51}' r='7' fill='#fff' opacity='.7'/>
                    """);
                break;
            case HeldItem.Sword:
                Add($"""
                    <path d='M{x - 9} {y - 14} L{x - 9} {y - 196} L{x} {y - 218} L{x + 9} {y - 196} V{y - 14}Z' fill='#d6dce2' stroke='#8a929c'
                    stroke-width='2'/><rect x='{x - 32}' y='{y - 24}' width='64' height='11' rx='5' fill='{_traits.Accent}'/><rect x='{x - 6}'
                    y='{y - 14}' width='12' height='50' rx='5' fill='#4b3a2e'/>
                    """);
                break;
            case HeldItem.Shield:
                var left = _left - 34;
                Add($"""
                    <path d='M{left - 50} {_hip - 96} H{left + 50} V{_hip - 16} Q{left + 42} {_hip + 42} {left} {_hip + 68} Q{left - 42}
                    {_hip + 42} {left - 50} {_hip - 16}Z' fill='{_traits.Second}' stroke='#d3d9df' stroke-width='8'/><path d='M{left}
                    {_hip - 92} V{_hip + 62} M{left - 46} {_hip - 36} H{left + 46}' stroke='{_traits.Accent}' stroke-width='10'/>
                    """);
                break;
            case HeldItem.Lantern:
                Add($"""
                    <circle cx='{x}' cy='{y + 62}' r='52' fill='#ffd968' opacity='.35'/><path d='M{x} {y} V{y + 34}' stroke='#4b3a2e'
                    stroke-width='5'/><rect x='{x - 18}' y='{y + 34}' width='36' height='52' rx='8' fill='#ffd968' stroke='#4b3a2e'
                    stroke-width='6'/>
                    """);
                break;
            default:
                break;
        }
    }

    /// <summary>Appends a shape on one line, whatever lines it has in the source.</summary>
    private void Add(FormattableString shape) => _svg
        .Append(shape.ToString(CultureInfo.InvariantCulture).Replace(">\n<", "><", StringComparison.Ordinal).Replace('\n', ' '))
        .Append('\n');
}
