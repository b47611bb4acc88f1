package course_test

import (
	"testing"

	"meanwhile/internal/course"
)

func TestTheCourseHasNoFault(t *testing.T) {
	lessons, err := course.Lessons()
	if err != nil {
		t.Fatal(err)
	}
	if len(lessons) < 10 {
		t.Errorf("%d lessons", len(lessons))
	}
}
