using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CharacterRefs.Infrastructure.Catalog.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AddOrientation : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "Orientation",
                table: "references",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Orientation",
                table: "references");
        }
    }
}
